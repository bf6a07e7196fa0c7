package doctor

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clock"
	"github.com/ginclerk/ginclerk/ginclerk/internal/unprinted"
)

// requestTimeout bounds each request of an examination whose client has no timeout.
const requestTimeout = 10 * time.Second

// Subject is what [Examine] examines. The zero value of a field leaves its part out, except Config, which is always examined.
type Subject struct {
	// Config is the application's configuration, as it is given to [ginclerk.New].
	Config ginclerk.Config
	// URL is the address of one of the application's pages as browsers write it, such as https://app.example.com. The page must be
	// behind [ginclerk.Clerk.Attach].
	URL string
	// Cookies is the header Cookie that a browser sends to the application, from the browser's developer tools.
	Cookies string
	// WebhookURL is the address of the application's endpoint for Clerk's webhooks, and WebhookSecret its signing secret (whsec_…).
	// With a secret alone, the form of the secret is examined.
	WebhookURL    string
	WebhookSecret string
	// RedisURL is the address of the Redis server that replicas share: redis://user:password@host:port/database, or rediss://.
	RedisURL string
	// HTTPClient lends its Transport and Timeout to the requests to URL and WebhookURL; nil means a timeout of ten seconds. Calls
	// to Clerk use Config.ClerkAPI.HTTPClient.
	HTTPClient *http.Client
}

// printed is a Subject as text.
const printed = "doctor.Subject{…}"

// Format keeps keys and cookies out of text of every verb.
func (s Subject) Format(state fmt.State, _ rune) { unprinted.Write(state, printed) }

// LogValue keeps keys and cookies out of logs.
func (s Subject) LogValue() slog.Value { return slog.StringValue(printed) }

// MarshalText keeps keys and cookies out of JSON.
func (s Subject) MarshalText() ([]byte, error) { return []byte(printed), nil }

// Examine examines a subject and returns what it found, the problems and what is fine. It makes requests, one after the other, and
// ends early where ctx does: what could not be asked is then a finding, too. It is safe for concurrent use.
func Examine(ctx context.Context, s Subject) Report {
	e := &examination{Subject: s, now: clock.Or(s.Config.Now), web: webClient(s.HTTPClient)}
	e.key, _ = instance.ParsePublishableKey(s.Config.PublishableKey) // examineConfiguration reports the error
	for _, examine := range []func(context.Context){
		e.examineConfiguration, e.examineClerk, e.examineClock, e.examineOrigins, e.examineAddress, e.examineCookies,
		e.examineWebhook, e.examineRedis,
	} {
		examine(ctx)
	}
	return Report{Findings: e.inOrder()}
}

// examination is one examination under way.
type examination struct {
	Subject
	chart
	now     func() time.Time
	web     *http.Client
	key     instance.PublishableKey // the zero key where it can't be read
	witness *witness                // of the calls to Clerk; nil without usable keys
}

// webClient returns a client that follows no redirects and keeps no cookies.
func webClient(given *http.Client) *http.Client {
	client := &http.Client{Timeout: requestTimeout}
	if given != nil {
		client.Transport = given.Transport
		if given.Timeout > 0 {
			client.Timeout = given.Timeout
		}
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return client
}
