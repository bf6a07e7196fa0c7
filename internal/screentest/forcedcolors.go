package screentest

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/ginclerk/ginclerk/internal/chromiumtest"
)

// ForcedColors returns what people no longer see where the system forces its few colors: a box that only its background showed, a
// state that looks like its opposite, and a focus without a ring. The page is on the screen afterwards.
func ForcedColors(t *testing.T, tab *chromiumtest.Tab, s Screen) []string {
	t.Helper()
	Show(t, tab, s)
	chromiumtest.Evaluate[int](t, tab, page+`document.activeElement.blur(); window.boxes = filled(); return boxes.length`)
	Show(t, tab, s.ForcedColors())
	Press(t, tab, kb.Tab)
	found := chromiumtest.Evaluate[[]string](t, tab, page+`
		const lost = boxes.filter(one => !lined(one)).map(one => called(one) + " is no box any more");
		const dark = tabbable().filter(one => { one.focus({preventScroll: true}); return !ring(one); });
		document.activeElement.blur();
		return [...lost, ...sameStates(), ...dark.map(one => called(one) + " does not show that it has the focus")];`)
	Show(t, tab, s)
	return found
}
