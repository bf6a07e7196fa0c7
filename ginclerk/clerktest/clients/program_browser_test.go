package clients_test

import (
	"net/http"
	"strings"
	"testing"
)

// A person in a real browser signs in on the program's pages and comes back to the demo, and signs out. The
// pages' content security policies allow each redirect.
func TestBrowserSignsInAtTheProgram(t *testing.T) {
	b, program := browser(t), buildDemo(t)
	script, passwords := startProgram(t, "ada@example.com")
	d := startDemo(t, program, variablesIn(t, script)...)
	v := newTab(t, b, &site{origin: d.origin})

	if status := v.visit(t, "/dashboard"); status != http.StatusOK {
		t.Fatalf("/dashboard leads to %d", status)
	}
	v.fillIn(t, "identifier", "ada@example.com")
	v.fillIn(t, "password", passwords["ada@example.com"])
	v.wantAt(t, d.origin+"/dashboard", "ada@example.com")
	v.visit(t, "/sessions")
	v.click(t, `[data-testid="sign-out"]`)
	if status := v.visit(t, "/dashboard"); status != http.StatusOK || strings.HasPrefix(v.at(t), d.origin) {
		t.Errorf("after signing out the browser is at %s (%d), want the program's pages", v.at(t), status)
	}
}

// The page of the program signs a real browser in at the application: its content security policy allows the way there.
func TestBrowserSignsInByThePageOfTheProgram(t *testing.T) {
	b, program, port := browser(t), buildDemo(t), freePort(t)
	script, _ := startProgram(t, "ada@example.com", "-origins", "http://localhost:"+port)
	d := startDemo(t, program, append(variablesIn(t, script), "PORT="+port)...)
	v := newTab(t, b, &site{origin: shell(t, `. "$1"; printf %s "$CLERK_FAPI_URL"`, script)})

	if status := v.visit(t, "/"); status != http.StatusOK {
		t.Fatalf("the page: %d", status)
	}
	v.click(t, `button[aria-label="Sign in as Bob Lindgren"]`)
	if at := v.at(t); at != d.origin+"/" {
		t.Errorf("the browser is at %s, want the application", at)
	}
	if status := evaluate[int](t, v, `return (await fetch('/api/protected')).status`); status != http.StatusOK {
		t.Errorf("the application's API answers %d, want that of a signed-in user", status)
	}
	if status := v.visit(t, "/"); status != http.StatusOK {
		t.Fatalf("the page: %d", status)
	}
	v.click(t, `[data-testid="user"]:has([aria-label="Sign in as Bob Lindgren"]) [data-testid="session"] button`)
	if rows := evaluate[int](t, v, `return document.querySelectorAll('[data-testid="user"]:has([aria-label="Sign in as Bob Lindgren"]) [data-testid="session"]').length`); rows != 0 {
		t.Errorf("the page still shows %d sessions of Bob", rows)
	}
}

// variablesIn returns the variables as a shell's children see them.
func variablesIn(t *testing.T, script string) []string {
	t.Helper()
	return strings.Split(strings.TrimSuffix(shell(t, `. "$1"; env -0`, script), "\x00"), "\x00")
}

// fillIn fills in the one field of a form and sends it.
func (n *tab) fillIn(t *testing.T, name, value string) {
	t.Helper()
	evaluate[bool](t, n, `document.querySelector('[name=`+name+`]').value = `+quoted(t, value)+`; return true`)
	n.click(t, `[data-testid="form"] button[type="submit"]`)
}

func (n *tab) at(t *testing.T) string {
	t.Helper()
	return evaluate[string](t, n, `return location.href`)
}

// wantAt fails unless the tab shows a text at an address.
func (n *tab) wantAt(t *testing.T, address, text string) {
	t.Helper()
	if page := evaluate[string](t, n, `return document.body.innerText`); n.at(t) != address || !strings.Contains(page, text) {
		t.Errorf("the browser is at %s, want %s with %s on it:\n%s", n.at(t), address, text, page)
	}
}
