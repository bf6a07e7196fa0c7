package main

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// credentials matches the lines that name the accounts of the embedded Clerk.
func credentials(t *testing.T, p *process) map[string]string {
	t.Helper()
	p.await(t, &p.stdout, regexp.MustCompile(`Stop with Ctrl-C`))
	found := map[string]string{}
	for _, line := range regexp.MustCompile(`(?m)^ +(\S+@\S+) +password +(\S+)`).FindAllStringSubmatch(p.stdout.String(), -1) {
		found[line[1]] = line[2]
	}
	return found
}

func TestProgramPrintsItsAccounts(t *testing.T) {
	t.Parallel()
	p := startDemo(t, []string{"PORT=0"})
	address := p.address(t)
	for _, email := range []string{"ada@example.com", "bob@example.com"} {
		if credentials(t, p)[email] == "" {
			t.Errorf("%s is not named with a password:\n%s", email, p.stdout.String())
		}
	}
	if status, body := visit(t, newVisitor(t), address+"/healthz"); status != http.StatusOK || body != "ok\n" {
		t.Errorf("/healthz answers %d %q, want 200 and ok", status, body)
	}
	if text := p.stderr.String(); text != "" {
		t.Errorf("a good start says on stderr:\n%s", text)
	}
}

func TestProgramHasTwoBrands(t *testing.T) {
	t.Parallel()
	shown := map[string]string{}
	for brand, name := range map[string]string{"": "ginclerk demo", forestLook: "Forest"} {
		status, body := visit(t, newVisitor(t), startDemo(t, []string{"PORT=0", "BRAND=" + brand}).address(t)+"/")
		if status != http.StatusOK || !strings.Contains(body, name) {
			t.Errorf("the brand %q answers %d, want a page with %s:\n%s", brand, status, name, body)
		}
		shown[brand] = body
	}
	for brand, want := range map[string]bool{"": false, forestLook: true} {
		if got := strings.Contains(shown[brand], `data-testid="logo"`) && strings.Contains(shown[brand], "Forest × ginclerk"); got != want {
			t.Errorf("the brand %q has a logo and a footer of its own: %t", brand, got)
		}
	}
}

func TestProgramNamesUsersWhoCanSignIn(t *testing.T) {
	t.Parallel()
	p := startDemo(t, []string{"PORT=0"})
	address := p.address(t)
	for email, admin := range map[string]bool{"ada@example.com": true, "bob@example.com": false} {
		t.Run(email, func(t *testing.T) {
			browser := newVisitor(t)
			if status, body := visit(t, browser, address+"/dashboard"); status != http.StatusOK || !strings.Contains(body, "Sign in") {
				t.Fatalf("/dashboard signed out answers %d, want the sign-in page:\n%s", status, body)
			}
			back := "?redirect_url=" + url.QueryEscape(address+"/dashboard")
			send(t, browser, address+"/sign-in"+back, url.Values{"identifier": {email}})
			at, body := send(t, browser, address+"/sign-in/factor-one"+back, url.Values{"password": {credentials(t, p)[email]}})
			if at != address+"/dashboard" || !strings.Contains(body, email) {
				t.Errorf("after signing in the browser is at %s, want /dashboard with %s on it:\n%s", at, email, body)
			}
			status, at, _ := navigate(t, browser, http.MethodGet, address+"/admin", nil)
			if admin && (status != http.StatusOK || at != address+"/admin") {
				t.Errorf("the administrator gets %d at %s, want /admin", status, at)
			}
			if !admin && (status != http.StatusForbidden || at != address+"/unauthorized") {
				t.Errorf("no administrator, but gets %d at %s, want 403 at /unauthorized", status, at)
			}
		})
	}
}

func TestProgramMakesUpPasswordsAtEachStart(t *testing.T) {
	t.Parallel()
	first := credentials(t, startDemo(t, []string{"PORT=0"}))
	second := credentials(t, startDemo(t, []string{"PORT=0"}))
	if len(first) == 0 || cmp.Equal(first, second) {
		t.Errorf("two starts have the same passwords: %v", first)
	}
}

func TestProgramEndsOnASignal(t *testing.T) {
	t.Parallel()
	for name, signal := range map[string]os.Signal{"SIGTERM": syscall.SIGTERM, "SIGINT": os.Interrupt} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startDemo(t, []string{"PORT=0"})
			visit(t, newVisitor(t), p.address(t)+"/")
			if err := p.cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if code := p.code(t); code != 0 {
				t.Errorf("exit status %d, want 0", code)
			}
			if text := p.stderr.String(); text != "" {
				t.Errorf("stderr:\n%s", text)
			}
		})
	}
}

// newVisitor returns a browser without JavaScript: it keeps cookies and follows redirects.
func newVisitor(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Jar: jar, Transport: watch.Transport(transport), Timeout: patience}
}

// visit opens a page and returns the page at the end of the redirects.
func visit(t *testing.T, browser *http.Client, address string) (status int, body string) {
	t.Helper()
	status, _, body = navigate(t, browser, http.MethodGet, address, nil)
	return status, body
}

// send sends a form from a page of the demo, and returns the address and the page at the end of the redirects.
func send(t *testing.T, browser *http.Client, address string, form url.Values) (at, body string) {
	t.Helper()
	_, at, body = navigate(t, browser, http.MethodPost, address, form)
	return at, body
}

func navigate(t *testing.T, browser *http.Client, method, address string, form url.Values) (status int, at, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/html")
	request.Header.Set("Sec-Fetch-Dest", "document")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := browser.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Request.URL.String(), bodyOf(t, response)
}
