package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

const (
	titleVerify   = "Confirm it’s you to continue"
	wrongPassword = "Wrong password."
	wrongCode     = "Wrong code."
	noticeOver    = "Warning. Confirming it’s you took too long, or you started again in another tab. Start again here."
	titleAgain    = "Sign in again to continue"
	whyInstead    = "You can’t confirm it’s you on this device. Sign in again instead."
)

func TestAPasswordVerifies(t *testing.T) {
	t.Parallel()
	for name, kind := range kinds() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVault(t, options{kind: kind})
			b := v.stale(t, ada)
			p := b.open(t, "/strict?x=1").wantPage(t, http.StatusOK, "/sessions/verify", titleVerify)
			input := p.all(t, "proof")[0]
			for key, want := range map[string]string{"type": "password", "autocomplete": "current-password", "aria-invalid": ""} {
				if got := attribute(input, key); got != want {
					t.Errorf("%s=%q, want %q", key, got, want)
				}
			}
			p = b.fill(t, p, "proof-form", "proof", "hunter2<b>").wantPage(t, http.StatusUnprocessableEntity, "/sessions/verify/proof", titleVerify)
			input = p.all(t, "proof")[0]
			if got := p.text(t, "proof-error"); got != wrongPassword || attribute(input, "aria-invalid") != "true" || attribute(input, "aria-describedby") != "proof-error" {
				t.Errorf("error %q, input %v", got, input.Attr)
			}
			if strings.Contains(p.Body.String(), "hunter2") || attribute(input, "value") != "" {
				t.Error("the page repeats the password")
			}
			v.wantArrived(t)
			v.clock.Advance(5 * time.Minute) // the user takes time to remember the password
			p = b.fill(t, p, "proof-form", "proof", v.password(t, ada))
			if p.Code != http.StatusOK || p.url.RequestURI() != "/strict?x=1" {
				t.Fatalf("status %d at %s, want the page", p.Code, p.url)
			}
			v.wantArrived(t, "GET /strict?x=1")
			v.clock.Advance(9 * time.Minute)
			b.open(t, "/strict?x=2")
			v.wantArrived(t, "GET /strict?x=1", "GET /strict?x=2")
			v.clock.Advance(2 * time.Minute)
			b.open(t, "/strict").wantPage(t, http.StatusOK, "/sessions/verify", titleVerify)
		})
	}
}

func TestACodeByEmailVerifies(t *testing.T) {
	t.Parallel()
	v := newVault(t, options{})
	b := v.stale(t, ada)
	p := b.choose(t, b.open(t, "/strict"), "Send a code").wantPage(t, http.StatusOK, "/sessions/verify/factor", titleVerify)
	input := p.all(t, "proof")[0]
	for key, want := range map[string]string{"type": "text", "autocomplete": "one-time-code", "inputmode": "numeric"} {
		if got := attribute(input, key); got != want {
			t.Errorf("%s=%q, want %q", key, got, want)
		}
	}
	if !strings.Contains(p.text(t, "proof-hint"), "We sent a code to ") {
		t.Errorf("hint %q", p.text(t, "proof-hint"))
	}
	for range 5 {
		p = b.fill(t, p, "proof-form", "proof", "111111").wantPage(t, http.StatusUnprocessableEntity, "/sessions/verify/proof", "")
		if got := p.text(t, "proof-error"); got != wrongCode {
			t.Fatalf("error %q", got)
		}
	}
	p = b.fill(t, p, "proof-form", "proof", testCode).wantNotice(t,
		"That didn’t work. This code has expired. Send a new code.")
	if len(p.all(t, "proof")) != 0 {
		t.Error("still asks for the dead code")
	}
	p = b.choose(t, p, "Send a code")
	p = b.choose(t, p, "Use your password")
	p = b.choose(t, p, "Send a code")
	b.fill(t, p, "proof-form", "proof", " 424 242 ")
	v.wantArrived(t, "GET /strict")
}

func TestVerificationAsksForBothFactors(t *testing.T) {
	t.Parallel()
	for name, second := range map[string]func(*testing.T, *browser, *page) *page{
		"by authenticator app": func(t *testing.T, b *browser, p *page) *page {
			t.Helper()
			p = b.fill(t, p, "proof-form", "proof", "000000").wantPage(t, http.StatusUnprocessableEntity, "/sessions/verify/proof", "")
			if got := p.text(t, "proof-error"); got != wrongCode {
				t.Errorf("error %q", got)
			}
			return b.fill(t, p, "proof-form", "proof", testCode)
		},
		"by backup code": func(t *testing.T, b *browser, p *page) *page {
			t.Helper()
			return b.fill(t, b.choose(t, p, "Use a backup code"), "proof-form", "proof", "backup-2")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVault(t, options{})
			b := v.stale(t, tess)
			p := b.open(t, "/mfa").wantPage(t, http.StatusOK, "/sessions/verify", titleVerify)
			p = b.fill(t, p, "proof-form", "proof", tessPassword)
			if got := p.text(t, "why"); got != "This action also needs your second step." {
				t.Fatalf("after the first factor: %q", got)
			}
			v.wantArrived(t)
			second(t, b, p)
			v.wantArrived(t, "GET /mfa")
		})
	}
}

// The preset strict asks this of a user who has a second factor.
func TestVerificationAsksOnlyForTheSecondFactor(t *testing.T) {
	t.Parallel()
	v := newVault(t, options{})
	b := v.stale(t, tess)
	p := b.open(t, "/strict").wantPage(t, http.StatusOK, "/sessions/verify", titleVerify)
	b.fill(t, p, "proof-form", "proof", testCode)
	v.wantArrived(t, "GET /strict")
}

func TestVerificationLeadsToNoOtherSite(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ given, want string }{
		"another site":             {"https://evil.example/x", "/"},
		"without a scheme":         {"//evil.example", "/"},
		"with a backslash":         {`/\evil.example`, "/"},
		"a script":                 {"javascript:alert(1)", "/"},
		"control characters":       {"/\r\nSet-Cookie: a=b", "/"},
		"a user in front":          {"http://localhost:8080@evil.example/", "/"},
		"the own origin":           {ownOrigin + "/orders", "/orders"},
		"a page of Clerk's flow":   {"/orders?__clerk_handshake=x&a=1", "/orders?a=1"},
		"nothing: the own session": {"", "/sessions"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVault(t, options{})
			b := v.stale(t, ada)
			p := b.open(t, "/sessions/verify?level=x&after_minutes=-7&redirect_url="+url.QueryEscape(row.given))
			p.wantPage(t, http.StatusOK, "/sessions/verify", titleVerify)
			if action := attribute(p.all(t, "proof-form")[0], "action"); !strings.Contains(action, "?after_minutes=10&level=second_factor&") {
				t.Errorf("nonsense is passed on: %s", action)
			}
			if p = b.fill(t, p, "proof-form", "proof", v.password(t, ada)); p.url.RequestURI() != row.want {
				t.Errorf("went to %s, want %s", p.url, row.want)
			}
			p = b.open(t, "/sessions/sign-in-again?beside=&redirect_url="+url.QueryEscape(row.given))
			if p.url.RequestURI() != row.want {
				t.Errorf("signing in again leads to %s, want %s", p.url, row.want)
			}
		})
	}
}

// Another site can't send a password, and nothing works without a session.
func TestVerificationIsGuarded(t *testing.T) {
	t.Parallel()
	v := newVault(t, options{})
	b := v.stale(t, ada)
	for _, path := range []string{"/verify/proof", "/verify/factor", "/sign-in-again", "/forms/send", "/forms/discard"} {
		for name, change := range map[string]func(*http.Request){
			"another site": func(r *http.Request) {
				r.Header.Set("Sec-Fetch-Site", "cross-site")
				r.Header.Set("Origin", "https://evil.example")
			},
			"a client without both headers": func(r *http.Request) { r.Header.Del("Sec-Fetch-Site"); r.Header.Del("Origin") },
		} {
			if p := b.ask(http.MethodPost, "/sessions"+path, url.Values{"proof": {"x"}}, change); p.Code != http.StatusForbidden {
				t.Errorf("%s from %s: status %d, want 403", path, name, p.Code)
			}
		}
		guest := v.browser(t)
		if p := guest.ask(http.MethodPost, "/sessions"+path, url.Values{"proof": {"secret"}}); p.Code != http.StatusSeeOther || guest.keepsForms() {
			t.Errorf("%s signed out: status %d, kept %v", path, p.Code, guest.keepsForms())
		}
	}
	if v.statusOf(t, b.current(t)) != "active" {
		t.Error("the session has ended")
	}
}

// In production, only a proxy shows the credential to the application.
func TestVerificationNeedsTheBrowsersCredential(t *testing.T) {
	t.Parallel()
	v := newVault(t, options{kind: instance.Production, noProxy: true})
	b := v.stale(t, ada)
	delete(b.cookies, "__client")
	p := b.ask(http.MethodGet, "/sessions/verify?redirect_url=/orders", nil).wantPage(t, http.StatusOK, "/sessions/verify", titleAgain)
	if got := p.text(t, "why"); got != whyInstead || len(p.all(t, "proof")) != 0 {
		t.Errorf("why %q", got)
	}
	if got := attribute(formAround(t, p.all(t, "leave")[0]), "action"); got != "/sessions/sign-in-again?redirect_url=%2Forders" {
		t.Errorf("leads to %s", got)
	}
}

// If only this application knows of the switch, Clerk can't be asked in the browser's name.
func TestVerificationNeedsClerkToKnowTheSwitch(t *testing.T) {
	t.Parallel()
	v := newVault(t, options{kind: instance.Production, noProxy: true, before: switchRoute})
	b := v.browser(t, mia, ada)
	credential := b.cookies["__client"]
	delete(b.cookies, "__client")
	miasSession := v.server.Sessions(v.userID(t, mia))[0].ID
	b.follow(t, b.ask(http.MethodPost, "/switch?to="+miasSession, nil))
	b.cookies["__client"] = credential // it belongs to the browser's own session, not to the chosen one
	p := b.ask(http.MethodGet, "/sessions/verify?redirect_url=/orders", nil)
	if got := p.text(t, "why"); got != whyInstead {
		t.Fatalf("why %q, at %s", got, p.url)
	}
	delete(b.cookies, "__client")
	p = b.fill(t, p, "leave")
	if got := p.text(t, "why"); !strings.Contains(got, "You signed out of the account you used before.") {
		t.Errorf("left to %s: %q", p.url, got)
	}
	if v.statusOf(t, miasSession) == "active" || v.statusOf(t, v.server.Sessions(v.userID(t, ada))[0].ID) != "active" {
		t.Error("the wrong session has ended")
	}
	b.open(t, attribute(p.all(t, "back")[0], "href"))
	v.wantArrived(t, "GET /orders")
}

func switchRoute(w *world) {
	w.engine.POST("/switch", w.clerk.RequireSession(), func(c *gin.Context) {
		if err := w.clerk.SwitchSession(c, c.Query("to"), "/orders-of-switched"); err != nil {
			_ = c.Error(err)
			c.AbortWithStatus(http.StatusBadGateway)
		}
	})
	w.engine.GET("/orders-of-switched", w.clerk.RequireSession(), func(c *gin.Context) { c.String(http.StatusOK, ginclerk.From(c).UserID) })
}

func TestVerificationSaysThatClerkIsAway(t *testing.T) {
	t.Parallel()
	v := newVault(t, options{})
	b := v.stale(t, ada)
	p := b.open(t, "/strict").wantPage(t, http.StatusOK, "/sessions/verify", titleVerify)
	v.server.SetUnavailable(true)
	b.ask(http.MethodGet, "/sessions/verify?redirect_url=/strict", nil).wantPage(t, http.StatusServiceUnavailable, "/sessions/verify", "We can’t check your sign-in right now")
	away := b.press(t, p, "proof-form", "proof", v.password(t, ada)).wantPage(t, http.StatusServiceUnavailable, "/sessions/verify/proof", titleVerify).
		wantNotice(t, "That didn’t work. We can’t check this right now. Try again in 5 seconds.")
	if away.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	v.server.SetUnavailable(false)
	b.fill(t, away, "proof-form", "proof", v.password(t, ada))
	v.wantArrived(t, "GET /strict")
}

func TestTooManyProofsAreRefused(t *testing.T) {
	t.Parallel()
	v := newVault(t, options{})
	b := v.stale(t, ada)
	p := b.open(t, "/strict")
	v.server.Fail(clerktest.Fault{Operation: "POST /v1/client/sessions/{session_id}/verify/attempt_first_factor", Times: 1, Status: http.StatusTooManyRequests, RetryAfter: 8 * time.Second})
	p = b.fill(t, p, "proof-form", "proof", v.password(t, ada)).wantPage(t, http.StatusTooManyRequests, "/sessions/verify/proof", "").
		wantNotice(t, "That didn’t work. You tried too often. Try again in 8 seconds.")
	if got := p.Header().Get("Retry-After"); got != "8" {
		t.Errorf("Retry-After %q", got)
	}
	for range clerkLockout {
		p = b.press(t, p, "proof-form", "proof", "wrong")
		if len(p.all(t, "proof")) == 0 {
			break
		}
	}
	p.wantPage(t, http.StatusForbidden, "/sessions/verify/proof", "Your account is locked")
	v.wantArrived(t)
}

// clerkLockout is the number of wrong passwords after which Clerk locks an account, and one more to see it.
const clerkLockout = 101

// A guard that asks again although everything was proved ends the loop, and no new verification begins.
func TestAGuardThatAsksAgainEndsTheLoop(t *testing.T) {
	t.Parallel()
	v := newVault(t, options{})
	b := v.stale(t, ada)
	p := b.open(t, "/proudly").wantPage(t, http.StatusOK, "/sessions/verify", titleVerify)
	p = b.fill(t, p, "proof-form", "proof", v.password(t, ada)).wantPage(t, http.StatusForbidden, "/sessions/verify", "This needs a second step")
	if len(p.all(t, "leave")) != 1 || len(p.all(t, "proof")) != 0 {
		t.Errorf("the page is %.2000s", p.Body)
	}
}

// The state that a page carried is valid for its session, for half an hour, and while Clerk waits for it.
func TestAnOldFormVerifiesNothing(t *testing.T) {
	t.Parallel()
	v := newVault(t, options{})
	b, other := v.stale(t, ada), v.stale(t, ada)
	p := b.open(t, "/strict")
	form := formAround(t, p.all(t, "proof")[0])
	other.open(t, "/strict") // so that Clerk would accept it
	other.follow(t, other.submit(t, form, "proof", v.password(t, ada))).wantPage(t, http.StatusOK, "/sessions/verify", titleVerify).wantNotice(t, noticeOver)
	for name, fields := range map[string][]string{
		"a changed state":              {"verification", "AAAA"},
		"no such factor":               {"factor", "7"},
		"a factor before":              {"factor", "-1"},
		"no number":                    {"factor", "x"},
		"a state longer than any form": {"proof", strings.Repeat("x", 9<<10)},
	} {
		t.Run(name, func(t *testing.T) { //nolint:paralleltest // they share a browser
			b.follow(t, b.submit(t, form, fields...)).wantNotice(t, noticeOver)
		})
	}
	if got := b.submit(t, form).text(t, "proof-error"); got != "Enter your password or a code." {
		t.Errorf("an empty proof: %q", got)
	}
	v.clock.Advance(31 * time.Minute)
	b.open(t, "/orders")
	b.follow(t, b.submit(t, form, "proof", v.password(t, ada))).wantNotice(t, noticeOver)
	v.wantArrived(t, "GET /orders")
}
