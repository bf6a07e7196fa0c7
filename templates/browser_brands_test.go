package templates_test

import (
	"testing"

	"github.com/ginclerk/ginclerk/internal/chromiumtest"
	"github.com/ginclerk/ginclerk/internal/palette"
	"github.com/ginclerk/ginclerk/internal/screentest"
)

// brand is a style sheet with the colors of an application, and the screens on which they differ.
type brand struct {
	name, sheet string
	screens     []screentest.Screen
}

// brands are colors that follow from one or two, as those of the demo, and one scheme for everyone, as in the example of a brand.
func brands(t *testing.T) []brand {
	t.Helper()
	given := func(texts map[palette.Name]string) palette.Colors {
		colors := palette.Colors{}
		for name, text := range texts {
			color, err := palette.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			colors[name] = color
		}
		return colors
	}
	light := palette.Complete(palette.Light(), given(map[palette.Name]string{palette.Accent: "#0b6b4f", palette.Background: "#f5f8f4"}))
	dark := palette.Complete(palette.Dark(), given(map[palette.Name]string{palette.Accent: "#10805f"}))
	paper := palette.Complete(palette.Light(), given(map[palette.Name]string{palette.Accent: "#0b6b5d", palette.Background: "#f7f4ee"}))
	desktop := screentest.Desktop()
	return []brand{
		{"forest", palette.Sheet(light, dark), []screentest.Screen{desktop, desktop.Dark()}},
		{"paper", palette.OneSheet("light", paper), []screentest.Screen{desktop.Dark()}},
	}
}

func (b brand) address() string { return "/brands/" + b.name + ".css" }

// wear puts the brand on the page that a tab shows.
func (b brand) wear(t *testing.T, tab *chromiumtest.Tab) {
	t.Helper()
	chromiumtest.Evaluate[bool](t, tab, `const link = document.createElement("link");
		link.rel = "stylesheet";
		link.href = "`+b.address()+`";
		link.dataset.brand = "";
		await new Promise((done, failed) => { link.onload = done; link.onerror = failed; document.head.append(link); });
		return true`)
}

// takeOff takes the brand away again.
func (b brand) takeOff(t *testing.T, tab *chromiumtest.Tab) {
	t.Helper()
	chromiumtest.Evaluate[bool](t, tab, `document.querySelector("link[data-brand]").remove(); return true`)
}
