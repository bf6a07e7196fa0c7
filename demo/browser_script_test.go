package main

import (
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// testScriptsAreOff checks that tabs without scripts run none. The other tests rely on it.
func testScriptsAreOff(sc scene) {
	for scripts, want := range map[scripting]string{withoutScripts: "off", withScripts: "on"} {
		n := sc.tab("data:text/html,", scripts)
		n.visit(`<!doctype html><title>t</title><p data-testid=x>off</p><script>document.querySelector("p").textContent="on"</script>`)
		n.want("x", want)
	}
}

// testWithScripts is a short story with scripts, as in most browsers.
func testWithScripts(sc scene) {
	s := sc.site(instance.Development)
	n := sc.tab(s.origin, withScripts)
	n.signInAs(s, "bob@example.com")
	n.addAccount(s, "mia@example.com")
	n.wantAccounts("mia@example.com", "mia@example.com", "bob@example.com")
	n.click(n.inAccount("bob@example.com", "switch"))
	n.wantAccounts("bob@example.com", "mia@example.com", "bob@example.com")
	s.clock.Advance(2 * time.Minute)
	n.click(n.inAccount("mia@example.com", "switch"))
	n.wantAccounts("mia@example.com", "mia@example.com", "bob@example.com")
	n.visit("/sessions")
	n.click(testID("sign-out-everywhere"))
	n.click(testID("confirm")) // the page asks first
	n.wantAt("/", 200)
	n.wantContains("notice", "You’re signed out on every device.")
}
