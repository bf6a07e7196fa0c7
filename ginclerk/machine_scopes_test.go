package ginclerk_test

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// machineCalls counts the questions to Clerk which machine this is, and can let them fail.
type machineCalls struct {
	next http.RoundTripper
	made atomic.Int32
	down atomic.Bool
}

func (m *machineCalls) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/m2m_tokens") {
		m.made.Add(1)
		if m.down.Load() {
			return nil, errors.New("connection refused")
		}
	}
	return m.next.RoundTrip(r)
}

// network is an application that is one machine of several.
type network struct {
	*app
	calls                   *machineCalls
	own                     clerktest.CreatedMachine
	scoped, unscoped        clerktest.CreatedMachine // senders that may, and may not, send tokens to the application
	scopedOpaque, scopedJWT string
	otherOpaque, otherJWT   string
}

func newNetwork(t *testing.T, change func(*ginclerk.TokenChecks, clerktest.CreatedMachine)) *network {
	t.Helper()
	n := &network{calls: &machineCalls{next: http.DefaultTransport}}
	clerk := newApp(t) // has the machines before the application is configured
	create := func(m clerktest.Machine) clerktest.CreatedMachine {
		created, err := clerk.server.CreateMachine(m)
		if err != nil {
			t.Fatal(err)
		}
		return created
	}
	n.own = create(clerktest.Machine{})
	other := create(clerktest.Machine{})
	n.scoped, n.unscoped = create(clerktest.Machine{Scopes: []string{other.ID, n.own.ID}}), create(clerktest.Machine{Scopes: []string{other.ID}})
	issue := func(key, format string) string {
		return textOf(t, clerk.post(t, key, "/m2m_tokens", `{"seconds_until_expiration":3600,"token_format":"`+format+`"}`), "token")
	}
	n.scopedOpaque, n.scopedJWT = issue(n.scoped.SecretKey, "opaque"), issue(n.scoped.SecretKey, "jwt")
	n.otherOpaque, n.otherJWT = issue(n.unscoped.SecretKey, "opaque"), issue(n.unscoped.SecretKey, "jwt")

	config := configFor(clerk.server)
	config.Logger, config.ClerkAPI.HTTPClient = textLogger(watch.Log(clerk.log)), &http.Client{Transport: n.calls}
	watch.Know("the machine's secret key", n.own.SecretKey)
	change(&config.Tokens, n.own)
	clerk.clerk = newClerk(t, config)
	n.app = clerk
	n.engine.GET("/m2m", n.clerk.RequireToken(ginclerk.M2MToken), whoCalls)
	n.engine.GET("/any", n.clerk.RequireToken(), whoCalls)
	return n
}

func machineKey(c *ginclerk.TokenChecks, own clerktest.CreatedMachine) {
	c.MachineSecretKey = instance.SecretKey(own.SecretKey)
}

func machineID(c *ginclerk.TokenChecks, own clerktest.CreatedMachine) { c.MachineID = own.ID }

func TestM2MTokensOfMachinesWithoutAccessAreRefused(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		change func(*ginclerk.TokenChecks, clerktest.CreatedMachine)
		asks   int32 // how often Clerk is asked which machine this is
		lets   bool  // tokens for other machines pass
	}{
		{"with the machine's key", machineKey, 1, false},
		{"with the machine's id", machineID, 0, false},
		{"with both", func(c *ginclerk.TokenChecks, own clerktest.CreatedMachine) { machineKey(c, own); machineID(c, own) }, 0, false},
		{"with neither, as in Clerk's SDKs", func(*ginclerk.TokenChecks, clerktest.CreatedMachine) {}, 0, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			n := newNetwork(t, row.change)
			for range 2 {
				n.wantIdentity(t, "an opaque token for this machine", n.scopedOpaque, n.scoped.ID, "/m2m", "/any")
				n.wantIdentity(t, "a JWT for this machine", n.scopedJWT, n.scoped.ID, "/m2m", "/any")
				if row.lets {
					n.wantIdentity(t, "an opaque token for others", n.otherOpaque, n.unscoped.ID, "/m2m", "/any")
					n.wantIdentity(t, "a JWT for others", n.otherJWT, n.unscoped.ID, "/m2m", "/any")
					continue
				}
				n.wantRefused(t, "an opaque token for others", n.otherOpaque, "/m2m", "/any")
				n.wantRefused(t, "a JWT for others", n.otherJWT, "/m2m", "/any")
			}
			if asked := n.calls.made.Load(); asked != row.asks {
				t.Errorf("Clerk was asked %d times which machine this is, want %d", asked, row.asks)
			}
			n.wantRefused(t, "the machine's own key", n.own.SecretKey, "/m2m", "/any")
		})
	}
}

// A token without scopes is for no machine, and one that this machine has made is for others.
func TestM2MTokensThatNameNoMachine(t *testing.T) {
	t.Parallel()
	n := newNetwork(t, machineKey)
	for _, scopes := range []any{"", "mch_", n.own.ID + "x", "x " + strings.ToUpper(n.own.ID)} {
		issued, err := n.server.CreateMachineToken(clerktest.MachineToken{
			Kind: clerktest.M2MToken, Subject: n.own.ID, JWT: true, Claims: map[string]any{"scopes": scopes},
		})
		if err != nil {
			t.Fatal(err)
		}
		n.wantRefused(t, "a JWT with other scopes", issued.Secret, "/m2m", "/any")
	}
	for _, jwt := range []bool{false, true} {
		issued, err := n.server.CreateMachineToken(clerktest.MachineToken{Kind: clerktest.M2MToken, Subject: n.own.ID, JWT: jwt, Lifetime: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		n.wantRefused(t, "a token without scopes", issued.Secret, "/m2m", "/any")
	}
}

// While Clerk can't say which machine this is, a JWT is neither refused nor let in. Opaque tokens are Clerk's own affair.
func TestTheMachineIsFoundAfterAnOutage(t *testing.T) {
	t.Parallel()
	n := newNetwork(t, machineKey)
	n.calls.down.Store(true)
	for range 2 {
		n.ask(http.MethodGet, "/m2m", bearer(n.scopedJWT)).wantStatus(t, http.StatusServiceUnavailable)
		n.ask(http.MethodGet, "/m2m", bearer(n.otherJWT)).wantStatus(t, http.StatusServiceUnavailable)
	}
	n.wantIdentity(t, "an opaque token", n.scopedOpaque, n.scoped.ID, "/m2m")
	n.calls.down.Store(false)
	n.wantIdentity(t, "a JWT for this machine", n.scopedJWT, n.scoped.ID, "/m2m")
	n.wantRefused(t, "a JWT for others", n.otherJWT, "/m2m")
	n.calls.down.Store(true)
	n.wantIdentity(t, "a JWT, once Clerk has said it", n.scopedJWT, n.scoped.ID, "/m2m")
	if strings.Contains(n.log.String(), n.own.SecretKey) {
		t.Error("the machine's secret key is in the log")
	}
}
