package templates

import (
	"context"
	"html/template"
	"io"

	"github.com/a-h/templ"

	"github.com/ginclerk/ginclerk/localization"
)

// Document is a page that a layout of the host puts together ([Page.Layout]). The layout writes the elements html, head, title, body and
// main; Head goes
// into the element head, Body into the element main:
//
//	templ appLayout(d templates.Document) {
//		<!DOCTYPE html>
//		<html lang={ d.Language } dir={ d.Direction }>
//			<head>
//				<meta charset="utf-8"/>
//				<meta name="viewport" content="width=device-width, initial-scale=1"/>
//				<title>{ d.Title }</title>
//				@d.Head
//			</head>
//			<body>
//				<header>
//					@templates.UserButton(d.Viewer)
//				</header>
//				<main>
//					@d.Body
//				</main>
//			</body>
//		</html>
//	}
//
// The style sheet of ginclerk changes nothing outside of Body and [UserButton].
type Document struct {
	Page
	// Language is the language of the page as a BCP 47 tag, such as "de".
	Language string
	// Direction is "ltr" or "rtl", for the attribute dir.
	Direction string
	// Head is what the page needs in the element head: style sheets, icon, scripts.
	Head templ.Component
	// Body is the content: banners, the notice of the last action, and the page with its h1.
	Body templ.Component
}

// Layout is the frame of every page: head, banner, header with navigation, main. The page is its child, and has the only h1
// (see [Heading]). With [Page.Layout], the frame is the host's.
func Layout(p Page) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		content := templ.GetChildren(ctx)
		ctx = templ.ClearChildren(ctx)
		language := localization.FromContext(ctx)
		d := Document{Page: p, Language: language.Tag(), Direction: language.Direction(), Head: Head(p), Body: content}
		if p.Layout == nil {
			return builtIn(d).Render(ctx, w)
		}
		d.Body = within(p, content)
		return p.Layout(d).Render(ctx, w)
	})
}

// HTMLDocument is the data of a layout that html/template writes: see [HTMLLayout].
type HTMLDocument struct {
	Page
	// Context is the context of the request, for functions such as those of package ginclerk/view.
	Context context.Context //nolint:containedctx // functions of html/template take it from the data
	// Language, Direction, Head and Body are those of [Document].
	Language, Direction string
	Head, Body          template.HTML
	// UserButton is [UserButton].
	UserButton template.HTML
}

// HTMLLayout returns a layout for [Page.Layout] that html/template writes, with a [HTMLDocument] as its data:
//
//	<html lang="{{.Language}}" dir="{{.Direction}}">
//		<head><meta charset="utf-8"><title>{{.Title}}</title>{{.Head}}</head>
//		<body><header>{{.UserButton}}</header><main>{{.Body}}</main></body>
//	</html>
func HTMLLayout(layout *template.Template) func(Document) templ.Component {
	return func(d Document) templ.Component {
		return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
			data := HTMLDocument{Page: d.Page, Context: ctx, Language: d.Language, Direction: d.Direction}
			var err error
			if data.Head, err = templ.ToGoHTML(ctx, d.Head); err != nil {
				return err
			}
			if data.Body, err = templ.ToGoHTML(ctx, d.Body); err != nil {
				return err
			}
			if data.UserButton, err = templ.ToGoHTML(ctx, UserButton(d.Viewer)); err != nil {
				return err
			}
			return layout.Execute(w, data)
		})
	}
}
