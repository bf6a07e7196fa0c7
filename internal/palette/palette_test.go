package palette_test

import (
	"math"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/internal/palette"
)

func color(t *testing.T, text string) palette.Color {
	t.Helper()
	c, err := palette.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The ratios are those of WebAIM's contrast checker.
func TestContrast(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, a, b string
		want       float64
	}{
		{"black on white is the most", "#000000", "#ffffff", 21},
		{"a color on itself is the least", "#2f47c6", "#2f47c6", 1},
		{"the order does not matter", "#ffffff", "#000", 21},
		{"the lightest gray for text on white", "#767676", "#fff", 4.54},
		{"one step lighter fails", "#777777", "#ffffff", 4.48},
		{"the lightest gray for an edge on white", "#949494", "#ffffff", 3.03},
		{"red on white", "#ff0000", "#ffffff", 4.0},
		{"blue on white", "#0000ff", "#ffffff", 8.59},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := palette.Contrast(color(t, row.a), color(t, row.b)); math.Abs(got-row.want) > 0.01 {
				t.Errorf("%.3f, want %.2f", got, row.want)
			}
		})
	}
}

func TestWhatIsNoColor(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "red", "2f47c6", "#2f47c", "#2f47c6ff", "#2f47cg", "##fffff", "#fff;}", "rgb(0,0,0)", " #ffffff"} {
		if got, err := palette.Parse(text); err == nil {
			t.Errorf("%q is read as %s", text, got)
		}
	}
}

func TestTheColorsOfThePagesCanBeTold(t *testing.T) {
	t.Parallel()
	for name, colors := range map[string]palette.Colors{"light": palette.Light(), "dark": palette.Dark()} {
		for _, problem := range colors.Check() {
			t.Errorf("%s: %v", name, problem)
		}
		for _, pair := range palette.Pairs() {
			_, front := colors[pair.Front]
			if _, back := colors[pair.Back]; !front || !back {
				t.Errorf("%s has no %s or no %s", name, pair.Front, pair.Back)
			}
		}
	}
}

// With the color of its buttons alone, a brand gets colors that can be read: none that follows from it fails.
func TestOneColorIsEnough(t *testing.T) {
	t.Parallel()
	schemes := map[string]palette.Colors{"light": palette.Light(), "dark": palette.Dark()}
	for _, row := range []struct{ scheme, accent string }{
		{"light", "#0b7a4b"},
		{"light", "#b00020"},
		{"light", "#6d28d9"},
		{"light", "#c2410c"},
		{"light", "#000000"},
		{"light", "#0f8a8a"},
		{"dark", "#0f8f5a"},
		{"dark", "#e5484d"},
		{"dark", "#8b5cf6"},
		{"dark", "#ffd700"},
		{"dark", "#ffffff"},
		{"dark", "#f97316"},
	} {
		all := palette.Complete(schemes[row.scheme], palette.Colors{palette.Accent: color(t, row.accent)})
		for _, problem := range all.Check() {
			t.Errorf("%s %s: %v", row.scheme, row.accent, problem)
		}
		if got := all[palette.Accent].String(); got != row.accent {
			t.Errorf("%s has become %s", row.accent, got)
		}
	}
}

func TestGivenColorsStay(t *testing.T) {
	t.Parallel()
	given := palette.Colors{}
	for name := range palette.Light() {
		given[name] = color(t, "#123456")
	}
	for name, got := range palette.Complete(palette.Light(), given) {
		if got.String() != "#123456" {
			t.Errorf("%s has become %s", name, got)
		}
	}
}

func TestAProblemNamesThePairAndTheRatio(t *testing.T) {
	t.Parallel()
	colors := palette.Light()
	colors[palette.Muted] = color(t, "#777777")
	colors[palette.Surface] = color(t, "#ffffff")
	var found []string
	for _, problem := range colors.Check() {
		found = append(found, problem.Error())
	}
	if got := strings.Join(found, "\n"); !strings.Contains(got, "muted #777777 on surface #ffffff has a contrast of 4.47:1, and WCAG 2.2 AA asks for 4.5:1") {
		t.Error(got)
	}
}
