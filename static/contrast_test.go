package static_test

import (
	"io/fs"
	"math"
	"regexp"
	"strconv"
	"testing"

	"github.com/ginclerk/ginclerk/static"
)

// The colors of both schemes meet WCAG 2.2 level AA: 4.5:1 for text (1.4.3), 3:1 for the edges of controls and for the focus
// ring (1.4.11).
func TestColorsHaveEnoughContrast(t *testing.T) {
	t.Parallel()
	const words, edges = 4.5, 3.0
	pairs := []struct {
		front, back string
		least       float64
	}{
		{"text", "bg", words},
		{"text", "surface", words},
		{"text", "sunken", words},
		{"text", "tint", words},
		{"text", "good-tint", words},
		{"text", "warn-tint", words},
		{"text", "bad-tint", words},
		{"muted", "bg", words},
		{"muted", "surface", words},
		{"muted", "sunken", words},
		{"link", "bg", words},
		{"link", "surface", words},
		{"link", "tint", words},
		{"on-accent", "accent", words},
		{"on-accent", "accent-hover", words},
		{"on-danger", "danger", words},
		{"on-danger", "danger-hover", words},
		{"good", "good-tint", words},
		{"warn", "warn-tint", words},
		{"warn", "surface", words},
		{"bad", "bad-tint", words},
		{"edge", "bg", edges},
		{"edge", "surface", edges},
		{"accent", "surface", edges},
		{"accent", "bg", edges},
		{"danger", "bg", edges},
		{"bad", "bg", edges},
		{"good", "surface", edges},
	}
	for scheme, colors := range schemes(t) {
		for _, p := range pairs {
			front, back := colors[p.front], colors[p.back]
			if front == "" || back == "" {
				t.Errorf("%s: --%s or --%s is not set", scheme, p.front, p.back)
				continue
			}
			if got := contrast(t, front, back); got < p.least {
				t.Errorf("%s: --%s on --%s has %.2f:1, want %.1f:1", scheme, p.front, p.back, got, p.least)
			}
		}
	}
}

// schemes reads the custom properties of both :root blocks. The dark block changes some of the light block's.
func schemes(t *testing.T) map[string]map[string]string {
	t.Helper()
	files, err := static.Files()
	if err != nil {
		t.Fatal(err)
	}
	css, err := fs.ReadFile(files, static.Stylesheet)
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile(`(?s):root \{(.*?)\n\s*\}`).FindAllStringSubmatch(string(css), 2)
	if len(blocks) != 2 {
		t.Fatalf("%d :root blocks, want light and dark", len(blocks))
	}
	light, dark := map[string]string{}, map[string]string{}
	color := regexp.MustCompile(`--([\w-]+): (#[0-9a-f]{6});`)
	for _, m := range color.FindAllStringSubmatch(blocks[0][1], -1) {
		light[m[1]], dark[m[1]] = m[2], m[2]
	}
	for _, m := range color.FindAllStringSubmatch(blocks[1][1], -1) {
		dark[m[1]] = m[2]
	}
	return map[string]map[string]string{"light": light, "dark": dark}
}

// contrast returns the contrast ratio of WCAG 2.2.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	l1, l2 := luminance(t, a), luminance(t, b)
	return (max(l1, l2) + 0.05) / (min(l1, l2) + 0.05)
}

// luminance returns the relative luminance of WCAG 2.2.
func luminance(t *testing.T, color string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v, err := strconv.ParseUint(color[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(v) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
