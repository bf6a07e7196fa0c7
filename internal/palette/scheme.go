package palette

import "maps"

// Name names a color by what it is for. The custom property of the style sheet is --ginclerk- and the name.
type Name string

// The colors of a scheme.
const (
	Background  Name = "background"
	Surface     Name = "surface"
	Sunken      Name = "sunken"
	Text        Name = "text"
	Muted       Name = "muted"
	Line        Name = "line"
	Edge        Name = "edge"
	Accent      Name = "accent"
	AccentHover Name = "accent-hover"
	OnAccent    Name = "on-accent"
	Link        Name = "link"
	Tint        Name = "tint"
	Good        Name = "good"
	GoodTint    Name = "good-tint"
	Warning     Name = "warning"
	WarningTint Name = "warning-tint"
	Bad         Name = "bad"
	BadTint     Name = "bad-tint"
	Danger      Name = "danger"
	DangerHover Name = "danger-hover"
	OnDanger    Name = "on-danger"
)

// Colors are colors by their names.
type Colors map[Name]Color

// Light returns the colors of the style sheet for bright surroundings.
func Light() Colors {
	return Colors{
		Background: {0xf6, 0xf6, 0xf8}, Surface: {0xff, 0xff, 0xff}, Sunken: {0xf0, 0xf1, 0xf4},
		Text: {0x19, 0x1b, 0x22}, Muted: {0x58, 0x5d, 0x6b}, Line: {0xe1, 0xe3, 0xe9}, Edge: {0x7f, 0x84, 0x91},
		Accent: {0x2f, 0x47, 0xc6}, AccentHover: {0x24, 0x38, 0xa3}, OnAccent: {0xff, 0xff, 0xff},
		Link: {0x2f, 0x47, 0xc6}, Tint: {0xee, 0xf1, 0xfe},
		Good: {0x12, 0x66, 0x3b}, GoodTint: {0xe4, 0xf5, 0xea}, Warning: {0x7a, 0x4a, 0x00}, WarningTint: {0xfd, 0xf1, 0xd7},
		Bad: {0xb3, 0x21, 0x1a}, BadTint: {0xfd, 0xeb, 0xe9},
		Danger: {0xb3, 0x21, 0x1a}, DangerHover: {0x8f, 0x18, 0x12}, OnDanger: {0xff, 0xff, 0xff},
	}
}

// Dark returns the colors of the style sheet for dark surroundings.
func Dark() Colors {
	return Colors{
		Background: {0x10, 0x11, 0x16}, Surface: {0x19, 0x1b, 0x22}, Sunken: {0x22, 0x25, 0x2e},
		Text: {0xec, 0xed, 0xf2}, Muted: {0xa5, 0xaa, 0xb8}, Line: {0x2c, 0x2f, 0x3a}, Edge: {0x75, 0x7b, 0x8b},
		Accent: {0x4a, 0x61, 0xdd}, AccentHover: {0x3f, 0x55, 0xcf}, OnAccent: {0xff, 0xff, 0xff},
		Link: {0xa3, 0xb1, 0xff}, Tint: {0x20, 0x25, 0x3f},
		Good: {0x86, 0xdb, 0xa8}, GoodTint: {0x15, 0x30, 0x1f}, Warning: {0xf0, 0xc6, 0x77}, WarningTint: {0x33, 0x27, 0x0f},
		Bad: {0xff, 0xa4, 0x9c}, BadTint: {0x3a, 0x1a, 0x18},
		Danger: {0xc5, 0x36, 0x2d}, DangerHover: {0xad, 0x2c, 0x24}, OnDanger: {0xff, 0xff, 0xff},
	}
}

// Complete returns all colors of a scheme of which some are given. The others are those of base, or follow from a given color: what
// stands on it, its shade under the pointer, and links in the color of buttons.
func Complete(base, given Colors) Colors {
	all := maps.Clone(base)
	maps.Copy(all, given)
	set := func(name Name, color Color) {
		if _, known := given[name]; !known {
			all[name] = color
		}
	}
	button := func(fill, hover, words Name) {
		if _, known := given[fill]; known {
			set(words, readable(all[fill]))
			set(hover, all[fill].toward(opposite(all[words]), shade))
		}
	}
	button(Accent, AccentHover, OnAccent)
	button(Danger, DangerHover, OnDanger)
	if _, known := given[Accent]; known {
		set(Tint, all[Surface].toward(all[Accent], tint))
		set(Link, legible(all[Accent], all[Text], all[Background], all[Surface], all[Tint]))
	}
	return all
}

// How far a color that follows from another one is on the way to a third one.
const (
	shade = 0.18
	tint  = 0.09
	step  = 0.05
)

// readable returns black or white, whichever can be read better on a color.
func readable(on Color) Color {
	black, white := Color{}, Color{0xff, 0xff, 0xff}
	if Contrast(white, on) >= min(leastWords, Contrast(black, on)) {
		return white
	}
	return black
}

// opposite returns the one of black and white that is farther from a color.
func opposite(of Color) Color {
	if Contrast(of, Color{}) > Contrast(of, Color{0xff, 0xff, 0xff}) {
		return Color{}
	}
	return Color{0xff, 0xff, 0xff}
}

// legible returns the color that is nearest to wish, on the way to end, and can be read on every ground; end if none can.
func legible(wish, end Color, grounds ...Color) Color {
	for share := 0.0; share < 1; share += step {
		candidate, fits := wish.toward(end, share), true
		for _, ground := range grounds {
			fits = fits && Contrast(candidate, ground) >= leastWords
		}
		if fits {
			return candidate
		}
	}
	return end
}
