package templates

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"github.com/ginclerk/ginclerk/localization"
)

// sayMoment writes a sentence with the time in its placeholder.
func sayMoment(key string, t Time) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for _, part := range localization.FromContext(ctx).Parts(key, "time", t.Text) {
			if part.Value {
				if err := Moment(t).Render(ctx, w); err != nil {
					return err //nolint:wrapcheck // the caller, templ, names the component
				}
				continue
			}
			if _, err := io.WriteString(w, templ.EscapeString(part.Text)); err != nil {
				return err //nolint:wrapcheck // the caller, templ, names the component
			}
		}
		return nil
	})
}
