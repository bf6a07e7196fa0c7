package authn_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/jwks"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

const ownOrigin = "https://app.example.com"

// bench is an authenticator on one of the recorded instances, whose clock stands still.
type bench struct {
	recordedInstance
	key instance.PublishableKey
	now time.Time
	*authn.Authenticator
}

// fakeBackend answers every call with the same cookies or error.
type fakeBackend struct {
	setCookie []string
	err       error
	refreshed *authn.Refresh
}

func (f *fakeBackend) RefreshSession(_ context.Context, _ string, r authn.Refresh) ([]string, error) {
	f.refreshed = &r
	return f.setCookie, f.err
}

func (f *fakeBackend) HandshakePayload(context.Context, string) ([]string, error) {
	return f.setCookie, f.err
}

func newBench(tb testing.TB, name string, change func(*authn.Options)) *bench {
	tb.Helper()
	recorded := readInstances(tb)
	in := recorded.Instances[name]
	key, err := instance.ParsePublishableKey(in.PublishableKey)
	if err != nil {
		tb.Fatal(err)
	}
	keys, err := jwks.NewPEM(in.PEM)
	if err != nil {
		tb.Fatal(err)
	}
	b := &bench{recordedInstance: in, key: key, now: time.Unix(recorded.Now, 0)}
	options := authn.Options{
		PublishableKey: key, Keys: keys, Backend: &fakeBackend{}, Now: func() time.Time { return b.now },
		AuthorizedParties: []string{ownOrigin},
	}
	if change != nil {
		change(&options)
	}
	options.Memory = warmMemory(tb, options.Keys, in, b.now, "")
	if b.Authenticator, err = authn.New(options); err != nil {
		tb.Fatal(err)
	}
	return b
}

// warmMemory knows the recorded tokens of the instance that any configuration would accept, at any time. If a text is given, only those
// in it.
func warmMemory(tb testing.TB, keys token.KeySource, in recordedInstance, now time.Time, text string) *token.Memory {
	tb.Helper()
	const century = 100 * 365 * 24 * time.Hour
	memory := token.NewMemory(0)
	generous, err := token.NewVerifier(token.Config{
		Keys: keys, Memory: memory, Now: func() time.Time { return now.Add(-century) }, ClockSkew: 2 * century,
		UnsafeSkipIssuer: true, UnsafeAllowMissingSessionID: true,
	})
	if err != nil {
		tb.Fatal(err)
	}
	for _, recorded := range []map[string]string{in.Tokens, in.Handshakes} {
		for _, raw := range recorded {
			if text != "" && !strings.Contains(text, raw) {
				continue
			}
			read, err := generous.Read(raw)
			if err != nil {
				continue
			}
			if _, err := generous.Verify(tb.Context(), read); err == nil {
				continue
			}
			if _, err := generous.VerifyMachine(tb.Context(), read); err == nil {
				continue
			}
		}
	}
	return memory
}

// navigation is the request of a browser that opens a page of the application.
func navigation(target string, cookies ...string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, ownOrigin+target, nil)
	r.Header.Set("Sec-Fetch-Dest", "document")
	r.Header.Set("Accept", "text/html")
	for _, cookie := range cookies {
		r.Header.Add("Cookie", cookie)
	}
	return r
}

func (b *bench) decide(r *http.Request) *authn.State { return b.Authenticate(authn.Request{HTTP: r}) }

// signedInCookies are those of a browser whose session token is the named one.
func (b *bench) signedInCookies(name string) string {
	return "__clerk_db_jwt=dvb_1; __client_uat=1767195600; __session=" + b.Tokens[name]
}
