// Package axetest holds pages against the rules of axe-core for people with disabilities. Only tests import this package.
package axetest

import (
	_ "embed"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/ginclerk/ginclerk/internal/chromiumtest"
	"github.com/ginclerk/ginclerk/internal/npmtest"
)

//go:embed package.json
var manifest []byte

//go:embed package-lock.json
var lock []byte

// Script returns the source of axe-core. Call it before the test becomes parallel. Without npm the test ends: it fails with CI=true, and skips
// with one line elsewhere; left names what it leaves out.
func Script(t *testing.T, left string) string {
	t.Helper()
	folder := npmtest.Install(t, left, manifest, lock)
	source, err := os.ReadFile(filepath.Join(folder, "node_modules", "axe-core", "axe.min.js")) //nolint:gosec // G304: npm has written it
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}

// Violations returns what breaks a rule on the page that a tab shows, with the element and what to do. Source is what [Script] returned.
// All rules hold, those of best practice and the experimental ones too, but the one of level AAA that asks for a
// contrast of 7 to 1, and those that the caller leaves out.
func Violations(t *testing.T, tab *chromiumtest.Tab, source string, without ...string) []string {
	t.Helper()
	left, err := json.Marshal(append([]string{}, without...))
	if err != nil {
		t.Fatal(err)
	}
	return run(t, tab, source, `const rules = {};
		for (const rule of axe.getRules()) rules[rule.ruleId] = {enabled: true};
		for (const rule of ["color-contrast-enhanced", ...`+string(left)+`]) rules[rule] = {enabled: false};
		const options = {rules};`)
}

// Colors returns what breaks a rule about colors. The other rules find the same on a page in any colors.
func Colors(t *testing.T, tab *chromiumtest.Tab, source string) []string {
	t.Helper()
	return run(t, tab, source, `const options = {runOnly: ["color-contrast", "link-in-text-block"]};`)
}

// run brings axe-core to the page, if it is not there, and runs it with the options that a script declares.
func run(t *testing.T, tab *chromiumtest.Tab, source, options string) []string {
	t.Helper()
	if !chromiumtest.Evaluate[bool](t, tab, `return window.axe !== undefined`) {
		chromiumtest.Evaluate[bool](t, tab, source+`; return true`)
	}
	return chromiumtest.Evaluate[[]string](t, tab, options+`
		const found = await axe.run(document, {resultTypes: ["violations"], ...options});
		return found.violations.flatMap(rule => rule.nodes.map(node => rule.id + " at " + node.target.join(" ") + ": " + node.failureSummary));`)
}
