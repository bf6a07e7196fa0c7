package main

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/templates"
)

//go:embed brand/forest.svg
var forestLogo []byte

// look is a brand of the demo: its name and what the session pages show of it.
type look struct {
	name  string
	brand pages.Brand
}

const (
	defaultLook = "ginclerk"
	forestLook  = "forest"
)

// lookNames are the brands that the environment can choose, the default first.
func lookNames() []string { return []string{defaultLook, forestLook} }

// lookOf returns the brand with a name; an empty name is the default.
func lookOf(name string) look {
	if name != forestLook {
		return look{name: "ginclerk demo"}
	}
	return look{name: "Forest", brand: pages.Brand{
		Logo:  pages.Logo{SVG: forestLogo, Width: 28, Height: 28},
		Icon:  pages.Icon{SVG: forestLogo},
		Light: pages.Colors{Accent: "#0b6b4f", Background: "#f5f8f4"},
		Dark:  pages.Colors{Accent: "#10805f"},
		// Names are the same in all languages.
		Footer: templates.Footer{Text: "Forest × ginclerk", Links: []templates.Link{
			{Label: "Gin", URL: "https://gin-gonic.com"}, {Label: "Clerk", URL: "https://clerk.com"},
		}},
	}}
}

// checkLook fails for a brand that the demo does not have.
func checkLook(name string) error {
	if name == "" || slices.Contains(lookNames(), name) {
		return nil
	}
	return fmt.Errorf("BRAND is %q; it must be %s", name, strings.Join(lookNames(), " or "))
}
