package screentest

import (
	_ "embed"
	"testing"

	"github.com/ginclerk/ginclerk/internal/chromiumtest"
)

//go:embed page.js
var page string

// Layout returns what is wrong with where things are: a page that is wider than the screen, words that are cut off or broken, sentences that
// are torn apart, controls that cover each other, and controls whose order for the keyboard is not the one in which people read them.
func Layout(t *testing.T, tab *chromiumtest.Tab) []string {
	t.Helper()
	return chromiumtest.Evaluate[[]string](t, tab, page+`return [...wide(), ...cut(), ...torn(), ...broken(), ...covered(), ...outOfOrder()];`)
}
