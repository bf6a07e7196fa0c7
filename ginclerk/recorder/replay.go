package recorder

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"go/format"
	"net/http"
	"slices"
	"strings"
	"text/template"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// ErrNotReplayable says that the recorder knows no situation on the embedded Clerk that brings about the decision.
var ErrNotReplayable = errors.New("recorder: no Go test can be made of this decision")

//go:embed replay.tmpl
var replayFile embed.FS

// situation is what brings about a decision on the embedded Clerk. All of its text is chosen here, and none by a client.
type situation struct {
	// Token is the Go expression of the options of the token; "" for no token.
	Token string
	// Before is Go code that runs when the token exists, and before the request.
	Before string
	// Raw is the Go expression of the token that the request presents, made of token.
	Raw string
	// Flags of the cookies beside the token.
	ClientUAT, DevBrowser, Refresh string
}

// replayed is what the template gets.
type replayed struct {
	situation
	ID, Reason, Method    string
	InCookie              bool
	Destination, SiteName string
}

// GoTest returns the text of a file of Go tests. Its test brings about the same decision on the embedded Clerk and compares the reason:
// package replay_test, to be put anywhere in a module that requires ginclerk. The error is [ErrNotReplayable] for what depends on more than
// the recorder keeps, such as the answer of Clerk to a refresh, or a machine's token.
func (e Entry) GoTest() (string, error) {
	if e.Outcome == "" {
		return "", fmt.Errorf("%w: nothing was decided", ErrNotReplayable)
	}
	s, known := e.situation()
	if !known {
		return "", fmt.Errorf("%w: it depends on more than is kept (%s)", ErrNotReplayable, e.Reason)
	}
	shown, err := template.ParseFS(replayFile, "replay.tmpl")
	if err != nil {
		return "", err
	}
	var text bytes.Buffer
	err = shown.Execute(&text, replayed{
		situation: s, ID: digits(e.ID), Reason: fmt.Sprintf("%q", e.Reason), Method: oneOf(e.Arrived.Method, http.MethodGet, methods()),
		InCookie:    valueOf(e.Facts, "carrier") != string(authn.CarrierHeader),
		Destination: oneOf(e.Arrived.Destination, "", destinations()), SiteName: oneOf(e.Arrived.Site, "", sites()),
	})
	if err != nil {
		return "", err
	}
	formatted, err := format.Source(text.Bytes())
	return string(formatted), err
}

// oneOf returns the text where it is one of those that are known.
func oneOf(text, otherwise string, known []string) string {
	if slices.Contains(known, text) {
		return text
	}
	return otherwise
}

func methods() []string {
	return []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
}

func destinations() []string { return []string{"document", "iframe", "empty", "image", "script"} }
func sites() []string        { return []string{"same-origin", "same-site", "cross-site", "none"} }

// digits returns the digits of an id.
func digits(id string) string {
	return strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, id)
}

// situation returns what brings the decision about, and whether that is known.
func (e Entry) situation() (situation, bool) {
	s := e.cookies()
	switch authn.Reason(e.Reason) {
	case authn.ReasonDevBrowserMissing, authn.ReasonSessionTokenAndUATMissing, authn.ReasonClientUATWithoutSessionToken:
		return s, true
	case reason.CrossOriginRequest, authn.ReasonSessionTokenWithoutClientUAT, authn.Reason(""):
		return s.presenting(`clerktest.TokenOptions{}`, "", "token"), valueOf(e.Facts, "token_type") == string(authn.SessionToken) || e.Reason != ""
	case reason.SessionRevoked:
		return s.presenting(`clerktest.TokenOptions{}`, `if err := clerk.Revoke(t.Context(), revocation.Entry{SessionID: session.ID}); err != nil {
		t.Fatal(err)
	}`, "token"), true
	case authn.ReasonSessionTokenIATInFuture:
		return s.presenting(claims(`"iat": now.Add(time.Hour).Unix(), "exp": now.Add(2*time.Hour).Unix()`), "", "token"), true
	case authn.ReasonSessionTokenNotBefore:
		return s.presenting(claims(`"nbf": now.Add(time.Hour).Unix()`), "", "token"), true
	case authn.ReasonSessionTokenIATBeforeUAT:
		s.ClientUAT = "fmt.Sprint(now.Add(time.Hour).Unix())"
		return s.presenting(`clerktest.TokenOptions{}`, "", "token"), true
	default:
		return e.refusedToken(s)
	}
}

// refusedToken is situation for the reasons for which a token is refused.
func (e Entry) refusedToken(s situation) (situation, bool) {
	if authn.Reason(e.Reason).Expired() && e.Outcome != "unavailable" && !authn.Reason(e.Reason).RefreshRefused() {
		left := time.Minute
		if e.Arrived.Token != nil && e.Arrived.Token.Left < 0 {
			left = min(max((-e.Arrived.Token.Left).Round(time.Second), left), 24*time.Hour)
		}
		return s.presenting(fmt.Sprintf("clerktest.TokenOptions{Lifetime: -%d * time.Second}", int(left/time.Second)), "", "token"), true
	}
	switch token.Reason(e.Reason) {
	case token.ReasonInvalid:
		return s.presenting("clerktest.TokenOptions{}", "", `"no token"`), true
	case token.ReasonInvalidAuthorizedParties:
		return s.presenting(`clerktest.TokenOptions{AuthorizedParty: "https://other.example"}`, "", "token"), true
	case token.ReasonInvalidIssuer:
		return s.presenting(claims(`"iss": "https://other.example"`), "", "token"), true
	case token.ReasonInvalidSignature:
		return s.presenting("clerktest.TokenOptions{}", "", `token[:len(token)-8] + "AAAAAAAA"`), true
	case token.ReasonJWKKidMismatch:
		return s.presenting("clerktest.TokenOptions{}", `withdrawn := server.KeyID()
	if _, err := server.RotateKey(); err != nil {
		t.Fatal(err)
	}
	if err := server.WithdrawKey(withdrawn); err != nil {
		t.Fatal(err)
	}`, "token"), true
	case token.ReasonJWKRemoteFailedToLoad:
		return s.presenting("clerktest.TokenOptions{}", "server.SetUnreachable(true)", "token"), true
	case token.ReasonSessionIDMissing:
		return s.presenting(claims(`"sid": nil`), "", "token"), true
	default:
		return situation{}, false
	}
}

func claims(of string) string { return "clerktest.TokenOptions{Claims: map[string]any{" + of + "}}" }

func (s situation) presenting(token, before, raw string) situation {
	s.Token, s.Before, s.Raw = token, before, raw
	return s
}

// cookies returns the situation with the cookies beside the token that the request has.
func (e Entry) cookies() situation {
	s := situation{}
	for _, name := range e.Arrived.Cookies {
		switch {
		case named(name, "__client_uat") && valueOf(e.Facts, "client_uat") != "0":
			s.ClientUAT = `"1"`
		case named(name, "__client_uat"):
			s.ClientUAT = `"0"`
		case named(name, "__clerk_db_jwt"):
			s.DevBrowser = `"dvb_1"`
		}
	}
	return s
}

// named reports whether a cookie has a name of Clerk's, with or without an instance's suffix.
func named(cookie, name string) bool { return cookie == name || strings.HasPrefix(cookie, name+"_") }
