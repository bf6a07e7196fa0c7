package screentest

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/ginclerk/ginclerk/internal/chromiumtest"
)

// Screen is how a browser shows pages.
type Screen struct {
	// Name is for messages and pictures.
	Name string
	// Width and Height are in CSS pixels.
	Width, Height int64
	// Scale is how many pixels of the screen a CSS pixel takes in each direction. 0 is 1.
	Scale float64
	// Scheme is "light" or "dark", the colors that the person prefers. Empty: the browser's own.
	Scheme string
	// Forced says that the system forces its own few colors, as for people who see little.
	Forced bool
}

// SmallestPhone is the narrowest screen of WCAG 2.2, which a desktop at 400% has, too.
func SmallestPhone() Screen { return Screen{Name: "phone", Width: 320, Height: 640} }

// Desktop is an ordinary screen.
func Desktop() Screen { return Screen{Name: "desktop", Width: 1280, Height: 900} }

// DesktopAtTwiceTheSize is [Desktop] for a person who has enlarged the page to 200%.
func DesktopAtTwiceTheSize() Screen {
	return Screen{Name: "desktop-200", Width: 640, Height: 450, Scale: 2}
}

// Dark is this screen for a person who prefers dark colors.
func (s Screen) Dark() Screen {
	s.Name, s.Scheme = s.Name+"-dark", "dark"
	return s
}

// ForcedColors is this screen with the few colors that the system forces.
func (s Screen) ForcedColors() Screen {
	s.Name, s.Forced = s.Name+"-forced", true
	return s
}

// Show makes the tab show its page, and the following ones, on a screen.
func Show(t *testing.T, tab *chromiumtest.Tab, s Screen) {
	t.Helper()
	forced := "none"
	if s.Forced {
		forced = "active"
	}
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: s.Scheme},
		{Name: "forced-colors", Value: forced},
		{Name: "prefers-reduced-motion", Value: "reduce"}, // colors do not fade into each other
	}}
	err := tab.Do(chromedp.EmulateViewport(s.Width, s.Height, chromedp.EmulateScale(max(s.Scale, 1))), chromedp.Func(
		func(ctx context.Context, target *chromedp.Target) error {
			_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, media)
			return err
		}))
	if err != nil {
		t.Fatalf("show the page on a %s: %v", s.Name, err)
	}
}
