// Package palette has the colors of ginclerk's pages, and tells whether people can read what is drawn in them: the contrast of
// WCAG 2.2.
package palette

import (
	"encoding/hex"
	"fmt"
	"math"
	"strings"
)

// Color is a color of sRGB without transparency.
type Color struct{ red, green, blue uint8 }

// Parse reads a color as CSS writes it in hexadecimal digits: #rrggbb or #rgb.
func Parse(text string) (Color, error) {
	digits, found := strings.CutPrefix(text, "#")
	if len(digits) == 3 {
		digits = string([]byte{digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]})
	}
	read, err := hex.DecodeString(digits)
	if err != nil || !found || len(read) != 3 {
		return Color{}, fmt.Errorf("%q must be a color with six hexadecimal digits, such as #2f47c6", text)
	}
	return Color{read[0], read[1], read[2]}, nil
}

// String writes a color as [Parse] reads it.
func (c Color) String() string { return "#" + hex.EncodeToString([]byte{c.red, c.green, c.blue}) }

// Contrast returns the contrast ratio of two colors, from 1 to 21.
func Contrast(a, b Color) float64 {
	first, second := a.luminance(), b.luminance()
	return (max(first, second) + 0.05) / (min(first, second) + 0.05)
}

// luminance returns the relative luminance of WCAG 2.2.
func (c Color) luminance() float64 {
	return 0.2126*linear(c.red) + 0.7152*linear(c.green) + 0.0722*linear(c.blue)
}

func linear(channel uint8) float64 {
	share := float64(channel) / 255
	if share <= 0.04045 {
		return share / 12.92
	}
	return math.Pow((share+0.055)/1.055, 2.4)
}

// toward returns a color on the way to another one: the share 0 is c, and 1 the other one.
func (c Color) toward(other Color, share float64) Color {
	between := func(from, to uint8) uint8 {
		return uint8(math.Round(float64(from) + share*(float64(to)-float64(from))))
	}
	return Color{between(c.red, other.red), between(c.green, other.green), between(c.blue, other.blue)}
}
