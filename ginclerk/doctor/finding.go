package doctor

import (
	"fmt"
	"slices"
)

// ID names a kind of finding, such as clock-wrong. Programs may compare ids: they stay the same.
type ID string

// Severity says how bad a finding is.
type Severity string

// The severities.
const (
	// Error: something does not work, or is not safe.
	Error Severity = "error"
	// Warning: something is likely to be wrong, or will be.
	Warning Severity = "warning"
	// Fine: what was examined is as it should be.
	Fine Severity = "fine"
	// Skipped: the area was not examined, and the finding says what is missing.
	Skipped Severity = "skipped"
)

// Area is a part of what is examined.
type Area string

// The areas, in the order of a report.
const (
	Configuration Area = "configuration"
	Keys          Area = "keys"
	Clerk         Area = "Clerk"
	Clock         Area = "clock"
	Origins       Area = "origins"
	Address       Area = "address"
	Headers       Area = "headers"
	Policy        Area = "policy"
	Cookies       Area = "cookies"
	Webhook       Area = "webhook"
	Redis         Area = "Redis"
)

// areas returns all areas in the order of a report.
func areas() []Area {
	return []Area{Configuration, Keys, Clerk, Clock, Origins, Address, Headers, Policy, Cookies, Webhook, Redis}
}

// Finding is one result of an examination.
type Finding struct {
	ID       ID       `json:"id"`
	Area     Area     `json:"area"`
	Severity Severity `json:"severity"`
	// Found is what is the case, with the numbers and addresses of this examination.
	Found string `json:"found"`
	// Matters is why it is a problem, and Fix is what to do. Both are empty where nothing is wrong.
	Matters string `json:"matters,omitempty"`
	Fix     string `json:"fix,omitempty"`
}

// Report is what an examination found, in the order of the areas.
type Report struct {
	Findings []Finding `json:"findings"`
}

// Count returns the number of findings of a severity.
func (r Report) Count(severity Severity) int {
	n := 0
	for _, f := range r.Findings {
		if f.Severity == severity {
			n++
		}
	}
	return n
}

// Worst returns the severity of the worst finding: [Error], [Warning] or [Fine].
func (r Report) Worst() Severity {
	for _, severity := range []Severity{Error, Warning} {
		if r.Count(severity) > 0 {
			return severity
		}
	}
	return Fine
}

// chart collects the findings of an examination.
type chart struct{ findings []Finding }

// problem adds the finding of a problem; format and args say what is the case.
func (c *chart) problem(id ID, format string, args ...any) {
	known := problems()[id]
	c.findings = append(c.findings, Finding{
		ID: id, Area: known.area, Severity: known.severity, Found: fmt.Sprintf(format, args...), Matters: known.matters, Fix: known.fix,
	})
}

// fine adds the finding that an area is as it should be.
func (c *chart) fine(area Area, format string, args ...any) {
	c.findings = append(c.findings, Finding{ID: fineID(area), Area: area, Severity: Fine, Found: fmt.Sprintf(format, args...)})
}

// skipped adds the finding that an area was not examined.
func (c *chart) skipped(area Area, why string) {
	c.findings = append(c.findings, Finding{ID: skippedID(area), Area: area, Severity: Skipped, Found: why})
}

// inOrder returns the findings in the order of the areas.
func (c *chart) inOrder() []Finding {
	order := areas()
	return slices.SortedStableFunc(slices.Values(c.findings), func(a, b Finding) int {
		return slices.Index(order, a.Area) - slices.Index(order, b.Area)
	})
}

// reported reports whether there is a finding of the kind.
func (c *chart) reported(id ID) bool {
	return slices.ContainsFunc(c.findings, func(f Finding) bool { return f.ID == id })
}

// troubled reports whether the area has a problem.
func (c *chart) troubled(area Area) bool {
	for _, f := range c.findings {
		if f.Area == area && (f.Severity == Error || f.Severity == Warning) {
			return true
		}
	}
	return false
}
