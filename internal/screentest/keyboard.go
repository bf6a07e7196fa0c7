package screentest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/ginclerk/ginclerk/internal/chromiumtest"
)

// parts is how many stops of the keyboard one control has at most: a field for a date has one for each of its numbers, and a button.
const parts = 8

// Walk goes through the page with Tab, and back with Shift+Tab. It returns what is wrong: a control that the keyboard misses or does not
// leave, one that does not show that it has the focus, and one that something covers. The scripts of the page must be on.
func Walk(t *testing.T, tab *chromiumtest.Tab) []string {
	t.Helper()
	Press(t, tab, kb.Tab) // from here on the browser shows the focus
	stops := chromiumtest.Evaluate[int](t, tab, page+`window.controls = tabbable(), window.seen = [];
		document.addEventListener("focusin", event => seen.push(event.target));
		document.activeElement.blur();
		controls[0]?.focus();
		return controls.length;`)
	through(t, tab, stops, `controls.at(-1)`)
	chromiumtest.Evaluate[bool](t, tab, `window.forward = seen.splice(0); seen.push(document.activeElement); return true`)
	through(t, tab, stops, `controls[0]`, chromedp.KeyModifiers(chromedp.ModifierShift))
	return chromiumtest.Evaluate[[]string](t, tab, page+`const found = [...astray(forward, controls), ...astray(seen, controls.toReversed())];
		found.push(...controls.filter(one => one.tabIndex > 0).map(one => called(one) + " has a tabindex, so the keyboard comes there too early"));
		for (const one of controls) {
			one.focus();
			if (!ring(one)) found.push(called(one) + " does not show that it has the focus");
			if (!reachable(one)) found.push(called(one) + " is covered while it has the focus");
		}
		document.activeElement.blur();
		return found;`)
}

// through presses Tab until the focus is on the last of so many controls, and not so often that it leaves the page.
func through(t *testing.T, tab *chromiumtest.Tab, stops int, last string, modifiers ...chromedp.KeyOption) {
	t.Helper()
	Press(t, tab, strings.Repeat(kb.Tab, max(stops-1, 0)), modifiers...)
	for range parts {
		if stops == 0 || chromiumtest.Evaluate[bool](t, tab, `return seen.at(-1) === `+last) {
			return
		}
		Press(t, tab, kb.Tab, modifiers...)
	}
}

// Disclosures opens each menu and each part that is folded, with Enter, goes in and out with Tab and Shift+Tab, and closes it with the space
// bar. It returns what is wrong.
func Disclosures(t *testing.T, tab *chromiumtest.Tab) (found []string) {
	t.Helper()
	Press(t, tab, kb.Tab)
	names := chromiumtest.Evaluate[[]string](t, tab, page+`window.summaries = tabbable().filter(one => one.tagName === "SUMMARY"); return summaries.map(called);`)
	for i, name := range names {
		one := func(body string) bool {
			return chromiumtest.Evaluate[bool](t, tab, page+fmt.Sprintf(`const summary = summaries[%d], details = summary.parentElement, active = document.activeElement;`, i)+body)
		}
		opened := one(`summary.focus(); return details.open`)
		Press(t, tab, kb.Enter)
		if one(`return details.open`) == opened {
			found = append(found, "Enter does nothing on "+name)
		}
		if opened {
			Press(t, tab, kb.Enter)
		}
		if one(`return tabbable().some(each => details.contains(each) && !summary.contains(each))`) {
			Press(t, tab, kb.Tab)
			if !one(`return active !== summary && details.contains(active)`) {
				found = append(found, "Tab does not go into "+name)
			}
			Press(t, tab, kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift))
		}
		if !one(`return active === summary && details.open`) {
			found = append(found, "Shift+Tab does not come back to "+name)
		}
		Press(t, tab, " ")
		if one(`return details.open`) {
			found = append(found, "the space bar does not close "+name)
		}
	}
	return found
}

// Press presses keys.
func Press(t *testing.T, tab *chromiumtest.Tab, keys string, options ...chromedp.KeyOption) {
	t.Helper()
	if err := tab.Do(chromedp.KeyEvent(keys, options...)); err != nil {
		t.Fatalf("press %q: %v", keys, err)
	}
}
