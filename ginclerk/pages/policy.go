package pages

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
)

// Sources are origins from which browsers load something for a page, beside the application's own: https://cdn.example.com. A layout of the
// application may need them. The zero value is none.
type Sources struct {
	// Styles, Scripts, Images and Fonts are for what their names say; Connections are for what scripts ask for.
	Styles, Scripts, Images, Fonts, Connections []string
}

// check reports what is no origin.
func (s Sources) check() error {
	for _, one := range slices.Concat(s.Styles, s.Scripts, s.Images, s.Fonts, s.Connections) {
		if source := sourceOf(one); source != one || !strings.HasPrefix(one, "https://") {
			return fmt.Errorf("%q must be an origin, such as https://cdn.example.com", one)
		}
	}
	return nil
}

// policy is the Content-Security-Policy of the pages, apart from where forms may lead.
type policy struct{ before, after string }

// newPolicy allows nothing from elsewhere but what the options name. Fonts come with a layout or a style sheet of the application.
func newPolicy(o Options) policy {
	own := o.Sources
	own.Styles = append(slices.Clone(own.Styles), sourceOf(o.Brand.Stylesheet))
	own.Images = append(slices.Clone(own.Images), sourceOf(o.Brand.Logo.URL), sourceOf(o.Brand.Icon.URL))
	if o.Brand.Pictures {
		own.Images = append(own.Images, pictures)
	}
	directives := []string{
		"default-src 'none'", directive("style-src", own.Styles), directive("script-src", own.Scripts), directive("img-src", own.Images),
		directive("connect-src", own.Connections),
	}
	if o.Layout != nil || o.Brand.Stylesheet != "" || len(own.Fonts) > 0 {
		directives = append(directives, directive("font-src", own.Fonts))
	}
	return policy{before: strings.Join(directives, "; ") + "; form-action 'self'", after: "; base-uri 'none'; frame-ancestors 'none'"}
}

func directive(name string, sources []string) string {
	sources = slices.DeleteFunc(slices.Clone(sources), func(source string) bool { return source == "" })
	slices.Sort(sources)
	return strings.Join(append([]string{name, "'self'"}, slices.Compact(sources)...), " ")
}

// of returns the policy for a request. Forms may lead to Clerk: Chromium holds form-action against the redirects that answer a form, too.
func (p policy) of(r *serving.Request) string {
	if r == nil {
		return p.before + p.after
	}
	return p.before + strings.Join(append([]string{""}, r.RedirectOrigins()...), " ") + p.after
}
