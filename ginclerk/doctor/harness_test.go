package doctor_test

import (
	"bytes"
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/doctor"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// row is a subject with a fault, and the finding that the fault is.
type row struct {
	name  string
	want  doctor.ID
	fault func(s *scene)
}

// scene is an embedded Clerk and a subject that is examined on it.
type scene struct {
	t       *testing.T
	server  *clerktest.Server
	subject doctor.Subject
	others  []doctor.ID // what else is found, because a fault has several sides
}

// also names what else is found.
func (s *scene) also(ids ...doctor.ID) { s.others = append(s.others, ids...) }

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{t: t, subject: doctor.Subject{HTTPClient: unreachable()}}
	s.use()
	return s
}

// use makes another embedded Clerk the one of the subject.
func (s *scene) use(options ...func(*clerktest.Config)) {
	s.t.Helper()
	s.server = clerktest.New(s.t, options...)
	s.subject.Config = ginclerk.Config{
		PublishableKey: s.server.PublishableKey(), SecretKey: s.server.SecretKey(), Origins: []string{"http://localhost:8080"},
		ClerkAPI: ginclerk.ClerkAPI{URL: s.server.BackendURL(), FrontendURL: s.server.FrontendURL()},
	}
}

// production makes the instance one of production, whose domain is example.com.
func (s *scene) production(origins ...string) {
	s.t.Helper()
	s.use(func(c *clerktest.Config) { c.Type, c.FrontendAPI = instance.Production, "clerk.example.com" })
	s.subject.Config.Origins = origins
}

// shift moves the application's clock away from that of the machine, which Clerk's answers have.
func (s *scene) shift(by time.Duration) {
	s.subject.Config.Now = func() time.Time { return time.Now().Add(by) }
}

// problemsOf returns the findings that are problems.
func problemsOf(report doctor.Report) []doctor.Finding {
	return slices.DeleteFunc(slices.Clone(report.Findings), func(f doctor.Finding) bool {
		return f.Severity == doctor.Fine || f.Severity == doctor.Skipped
	})
}

func find(report doctor.Report, id doctor.ID) (doctor.Finding, bool) {
	i := slices.IndexFunc(report.Findings, func(f doctor.Finding) bool { return f.ID == id })
	if i < 0 {
		return doctor.Finding{}, false
	}
	return report.Findings[i], true
}

// texts are all that a report may be written as.
func texts(t *testing.T, report doctor.Report) string {
	t.Helper()
	var text bytes.Buffer
	if err := report.WriteText(&text, doctor.TextOptions{}); err != nil {
		t.Fatal(err)
	}
	inJSON, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	return text.String() + string(inJSON)
}

// wantNoSecrets fails the test if a report has a secret of its subject.
func wantNoSecrets(t *testing.T, s doctor.Subject, report doctor.Report) {
	t.Helper()
	secrets := []string{s.Config.SecretKey, s.Config.Tokens.JWTKey, s.WebhookSecret, strings.TrimPrefix(s.WebhookSecret, "whsec_"), "geheim"}
	for cookie := range strings.SplitSeq(s.Cookies, ";") {
		_, value, _ := strings.Cut(cookie, "=")
		secrets = append(secrets, value)
	}
	text := texts(t, report)
	for _, secret := range secrets {
		if len(secret) > 5 && strings.Contains(text, secret) {
			t.Errorf("the report has a secret: %s", text)
		}
	}
}

// closedPort is an address that refuses connections for as long as the test runs: that of a client, so that no listener gets it.
func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	client, err := new(net.Dialer).DialContext(t.Context(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client.LocalAddr().String()
}

var _ http.RoundTripper = roundTrip(nil)

// roundTrip is a transport that is a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// unreachable is a client that reaches nothing, so that no test asks a server on another machine.
func unreachable() *http.Client {
	return &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: r.URL.Hostname(), IsNotFound: true}}
	})}
}

// frontendAPI is the host that a publishable key names.
func frontendAPI(t *testing.T, publishableKey string) string {
	t.Helper()
	key, err := instance.ParsePublishableKey(publishableKey)
	if err != nil {
		t.Fatal(err)
	}
	return key.FrontendAPI()
}
