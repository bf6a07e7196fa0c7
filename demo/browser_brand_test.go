package main

import (
	"time"

	"github.com/chromedp/chromedp"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/internal/axetest"
	"github.com/ginclerk/ginclerk/internal/chromiumtest"
	"github.com/ginclerk/ginclerk/internal/screentest"
)

// testBrands: each brand starts, with its own name, color and footer, and each page of it fits.
func testBrands(sc scene) {
	accents, names := map[string]bool{}, map[string]bool{}
	for _, brand := range lookNames() {
		s := newSite(sc.t, instance.Development, settings{brand: brand})
		n := sc.tab(s.origin, withoutScripts)
		n.signInAs(s, dana)
		n.visit("/dashboard")
		color, err := chromiumtest.Run(n.Tab, chromedp.Evaluate[string](`getComputedStyle(document.querySelector(".button.primary")).backgroundColor`))
		if err != nil {
			n.fatalf("ask for the color: %v", err)
		}
		accents[color], names[n.text("brand")] = true, true
		if logos := len(n.page.all("logo")); (logos == 1) != (brand == forestLook) {
			n.fatalf("the brand %s has %d logos", brand, logos)
		}
		c := newCamera(sc)
		c.take(n, "brand-"+brand+"-dashboard")
		for path, name := range map[string]string{"/": "home", "/sessions/devices": "devices", "/sessions/activity": "activity"} {
			n.visit(path)
			c.take(n, "brand-"+brand+"-"+name)
		}
	}
	if len(accents) != len(lookNames()) || len(names) != len(lookNames()) {
		sc.t.Errorf("the brands have the colors %v and the names %v", accents, names)
	}
}

// testSecondBrand looks at every page in the colors of the second brand, in bright and in dark surroundings.
func testSecondBrand(sc scene) {
	s := newSite(sc.t, instance.Development, settings{brand: forestLook})
	n := sc.tab(s.origin, withScripts)
	n.signInAs(s, ada)
	for _, path := range pagesOfAda(s, n.text("session-id"), s.user(sc.t, bob).ID) {
		s.clock.Advance(2 * time.Second)
		n.visit(path)
		n.wantNone(path+" in forced colors", screentest.ForcedColors(sc.t, n.Tab, screentest.Desktop()))
		for _, screen := range []screentest.Screen{screentest.Desktop(), screentest.Desktop().Dark()} {
			screentest.Show(sc.t, n.Tab, screen)
			n.wantNone(path+" on a "+screen.Name, axetest.Colors(sc.t, n.Tab, sc.axe))
		}
	}
}
