package static_test

import (
	"io/fs"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/internal/palette"
	"github.com/ginclerk/ginclerk/static"
)

// Whoever changes a color of the style sheet changes package palette, too, which tells whether people can read it.
func TestTheStyleSheetHasTheColorsOfThePalette(t *testing.T) {
	t.Parallel()
	files, err := static.Files()
	if err != nil {
		t.Fatal(err)
	}
	css, err := fs.ReadFile(files, static.Stylesheet)
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile(`(?s):where\(\.ginclerk\) \{(.*?)\n\s*\}`).FindAllStringSubmatch(string(css), 2)
	if len(blocks) != 2 {
		t.Fatalf("%d blocks with colors, want light and dark", len(blocks))
	}
	light, dark := map[string]string{}, map[string]string{}
	color := regexp.MustCompile(`--[\w-]+: var\(--ginclerk-([\w-]+), (#[0-9a-f]{6})\);`)
	for _, m := range color.FindAllStringSubmatch(blocks[0][1], -1) {
		light[m[1]], dark[m[1]] = m[2], m[2]
	}
	for _, m := range color.FindAllStringSubmatch(blocks[1][1], -1) {
		dark[m[1]] = m[2]
	}
	for scheme, pair := range map[string][2]map[string]string{
		"light": {written(palette.Light()), light},
		"dark":  {written(palette.Dark()), dark},
	} {
		if diff := cmp.Diff(pair[0], pair[1]); diff != "" {
			t.Errorf("%s (-palette +style sheet):\n%s", scheme, diff)
		}
	}
}

func written(colors palette.Colors) map[string]string {
	all := map[string]string{}
	for name, color := range colors {
		all[string(name)] = color.String()
	}
	return all
}
