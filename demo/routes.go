package main

import (
	"fmt"
	"io"

	"github.com/ginclerk/ginclerk/ginclerk/routes"
)

// printRoutes prints what guards each route of the demo.
func printRoutes(w io.Writer, built *application) error {
	m, err := routes.Of(built.handler)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(w, m)
	return err
}
