package palette

import (
	"fmt"
	"math"
)

// What WCAG 2.2 asks for on level AA: of words (1.4.3), and of the edges of controls and the focus ring (1.4.11).
const (
	leastWords = 4.5
	leastEdges = 3.0
)

// Pair is two colors that meet on the pages: Front is drawn on Back.
type Pair struct {
	Front, Back Name
	// Least is the contrast that they need.
	Least float64
}

// Pairs returns the pairs that have to be told apart.
func Pairs() []Pair {
	return []Pair{
		{Text, Background, leastWords},
		{Text, Surface, leastWords},
		{Text, Sunken, leastWords},
		{Text, Tint, leastWords},
		{Text, GoodTint, leastWords},
		{Text, WarningTint, leastWords},
		{Text, BadTint, leastWords},
		{Muted, Background, leastWords},
		{Muted, Surface, leastWords},
		{Muted, Sunken, leastWords},
		{Link, Background, leastWords},
		{Link, Surface, leastWords},
		{Link, Tint, leastWords},
		{OnAccent, Accent, leastWords},
		{OnAccent, AccentHover, leastWords},
		{OnDanger, Danger, leastWords},
		{OnDanger, DangerHover, leastWords},
		{Good, GoodTint, leastWords},
		{Warning, WarningTint, leastWords},
		{Warning, Surface, leastWords},
		{Bad, BadTint, leastWords},
		{Edge, Background, leastEdges},
		{Edge, Surface, leastEdges},
		{Accent, Surface, leastEdges},
		{Accent, Background, leastEdges},
		{Danger, Background, leastEdges},
		{Bad, Background, leastEdges},
		{Good, Surface, leastEdges},
	}
}

// Check returns one error for each pair that people can't tell apart.
func (c Colors) Check() []error {
	var problems []error
	for _, p := range Pairs() {
		front, back := c[p.Front], c[p.Back]
		if ratio := Contrast(front, back); ratio < p.Least {
			problems = append(problems, fmt.Errorf("%s %s on %s %s has a contrast of %.2f:1, and WCAG 2.2 AA asks for %.1f:1",
				p.Front, front, p.Back, back, math.Floor(ratio*100)/100, p.Least))
		}
	}
	return problems
}
