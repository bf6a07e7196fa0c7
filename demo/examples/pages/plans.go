package main

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"github.com/ginclerk/ginclerk/templates"
)

// plans is a page of the application in the frame of the session pages, with their style sheet. A .templ file does the same.
func plans(frame templates.Page) templ.Component {
	content := templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if err := templates.Heading(frame.Title).Render(ctx, w); err != nil {
			return err
		}
		_, err := io.WriteString(w, "<p>You have the free plan.</p>")
		return err
	})
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return templates.Layout(frame).Render(templ.WithChildren(ctx, content), w)
	})
}
