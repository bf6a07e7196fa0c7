package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// again signs in like the sign-in page, and returns to the address in its link.
func (b *browser) again(t *testing.T, p *page, email string) *page {
	t.Helper()
	if p.url.Path != "/sign-in" {
		t.Fatalf("at %s, want the sign-in page", p.url)
	}
	if _, err := b.agent.SignIn(email); err != nil {
		t.Fatal(err)
	}
	b.world.clock.Advance(time.Second)
	cookies, err := b.agent.Cookies(ownOrigin)
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range cookies {
		b.cookies[cookie.Name] = cookie.Value
	}
	return b.open(t, strings.TrimPrefix(p.url.Query().Get("redirect_url"), ownOrigin))
}

func TestSigningInAgainReplacesAnOldSession(t *testing.T) {
	t.Parallel()
	for name, kind := range kinds() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVault(t, options{kind: kind})
			b := v.stale(t, ada)
			v.clock.Advance(time.Minute)
			before := b.current(t)
			p := b.open(t, "/young?x=1").wantPage(t, http.StatusUnauthorized, "/young", titleAgain)
			if got := p.text(t, "why"); got != "This action needs a sign-in from the last 60 minutes." {
				t.Errorf("why %q", got)
			}
			if v.statusOf(t, before) != "active" {
				t.Error("looking at the page ends the session")
			}
			p = b.fill(t, p, "leave")
			if v.statusOf(t, before) == "active" {
				t.Error("the session goes on")
			}
			p = b.again(t, p, ada)
			if p.url.RequestURI() != "/young?x=1" {
				t.Errorf("came back to %s", p.url)
			}
			v.wantArrived(t, "GET /young?x=1")
		})
	}
}

func TestSigningInAgainFailsWhileClerkIsAway(t *testing.T) {
	t.Parallel()
	clerk := &failing{}
	v := newVault(t, options{transport: clerk})
	b := v.stale(t, ada)
	p := b.open(t, "/sessions/sign-in-again?redirect_url=/young")
	clerk.suffix = "/revoke"
	b.fill(t, p, "leave").wantPage(t, http.StatusOK, "/sessions/sign-in-again", titleAgain).wantNotice(t, noticeAway)
	if v.statusOf(t, b.current(t)) != "active" {
		t.Error("the session has ended")
	}
	clerk.suffix = "/v1/clients/" // the names of the other sessions are missing, which must not stop the sign-out
	b.open(t, "/sessions/sign-in-again?redirect_url=/young")
}

// A form that needs a new sign-in waits until after the sign-in.
func TestAFormThatNeedsANewSignInWaitsForIt(t *testing.T) {
	t.Parallel()
	v := newVault(t, options{})
	b := v.stale(t, ada)
	v.clock.Advance(time.Minute)
	b.open(t, "/sessions")
	p := b.ask(http.MethodPost, "/young?x=1", url.Values{"text": {"hello"}}).wantPage(t, http.StatusUnauthorized, "/young", titleAgain)
	if got := p.text(t, "why"); got != "This action needs a sign-in from the last 60 minutes. Your form is saved. Sign in to send it." {
		t.Errorf("the page says %q", got)
	}
	p = b.fill(t, p, "leave")
	p = b.again(t, p, ada).wantPage(t, http.StatusOK, "/sessions/forms", titleForms)
	v.wantArrived(t)
	b.fill(t, p, "send")
	v.wantArrived(t, "POST /young?x=1 text=hello")
}

// The other account does not count as the new sign-in, and signing in again still leads back.
func TestAnotherAccountDoesNotReplaceANewSignIn(t *testing.T) {
	t.Parallel()
	v := newVault(t, options{})
	b := v.stale(t, mia, ada)
	p := b.fill(t, b.open(t, "/sessions/sign-in-again?redirect_url=/young"), "leave")
	p = b.again(t, p, mia) // Mia only has to be chosen
	p.wantPage(t, http.StatusOK, "/sessions/sign-in-again", "Another account is signed in here")
	if got := p.text(t, "why"); !strings.Contains(got, mia) {
		t.Errorf("still signed in: %q", got)
	}
	v.wantArrived(t)
	p = b.again(t, b.open(t, attribute(p.all(t, "sign-in-again")[0], "href")), ada)
	if p.Body.String() != "arrived as "+v.userID(t, ada) {
		t.Errorf("at %s: %.200s", p.url, p.Body)
	}
	v.wantArrived(t, "GET /young")
}
