package templates

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"github.com/ginclerk/ginclerk/localization"
)

// text returns a sentence in the language of the page, for attributes and for elements without values. See [localization.Language.Text].
func text(ctx context.Context, key string, values ...any) string {
	return localization.FromContext(ctx).Text(key, values...)
}

// say writes a sentence in the language of the page. Each value is in an element bdi, because its direction can be another one.
func say(key string, values ...any) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for _, part := range localization.FromContext(ctx).Parts(key, values...) {
			written := templ.EscapeString(part.Text)
			if part.Value {
				written = "<bdi>" + written + "</bdi>"
			}
			if _, err := io.WriteString(w, written); err != nil {
				return err //nolint:wrapcheck // the caller, templ, names the component
			}
		}
		return nil
	})
}
