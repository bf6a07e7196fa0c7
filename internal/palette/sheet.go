package palette

import (
	"maps"
	"slices"
	"strings"
)

// Sheet returns a style sheet that sets the custom properties of both schemes. With none of a scheme, that scheme keeps the colors of the
// pages.
func Sheet(light, dark Colors) string {
	return sheet("light", light) + sheet("dark", dark)
}

func sheet(scheme string, colors Colors) string {
	if len(colors) == 0 {
		return ""
	}
	return "@media (prefers-color-scheme: " + scheme + ") {\n  :root {\n" + properties(colors, "    ") + "  }\n}\n"
}

// OneSheet returns a style sheet that shows one scheme, named as CSS names it, wherever the visitor prefers the other one, too.
func OneSheet(scheme string, colors Colors) string {
	return ":root {\n" + properties(colors, "  ") + "}\n.ginclerk {\n  color-scheme: " + scheme + ";\n}\n"
}

func properties(colors Colors, indent string) string {
	var written strings.Builder
	for _, name := range slices.Sorted(maps.Keys(colors)) {
		written.WriteString(indent + "--ginclerk-" + string(name) + ": " + colors[name].String() + ";\n")
	}
	return written.String()
}
