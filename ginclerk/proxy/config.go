package proxy

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/apiaddress"
	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
)

// DefaultUpstream is the address of Clerk's Frontend API for proxies.
const DefaultUpstream = "https://frontend-api.clerk.dev"

// Config configures a [Proxy].
type Config struct {
	// URL is where browsers reach the proxy: a path of the application such as /__clerk, or an absolute URL with a path.
	// Required. An absolute URL must be https, except on this machine, because the proxy sends it to Clerk together with the
	// secret key.
	URL string
	// BasePath is the path below which browsers reach the application, such as "/app", if a server in front removes it. A URL
	// that is absolute contains the base path; a URL that is a path does not. Empty: the prefix that [http.StripPrefix] has
	// removed.
	BasePath string
	// Upstream is the address of the Frontend API. It must be https, except on this machine. Empty: [DefaultUpstream].
	Upstream string
	// PublishableKey names the Clerk instance. Required.
	PublishableKey string
	// SecretKey of the same instance proves to Clerk who the proxy is. Required.
	SecretKey instance.SecretKey
	// Visit returns the address of the application for a request, and the address of the browser. It is used concurrently. Nil:
	// the application has the origin of an absolute URL, else that of the request (Host), and the browser has the address of the
	// connection's peer. Forwarded headers are then ignored, so an application behind a proxy needs a Visit.
	Visit func(*http.Request) Visit
	// Unreachable answers a request when the Frontend API can't be reached, and a navigation when the answer is that of a server that is
	// down (429, 5xx, or no redirect from a handshake), and reports whether it has answered. It gets the request as the proxy got it, and an error that must not be shown to browsers. It is used concurrently. If it is nil or
	// returns false, the proxy answers 502 in the form of Clerk's errors.
	Unreachable func(w http.ResponseWriter, r *http.Request, err error) bool
	// Transport sends the requests; nil means [http.DefaultTransport].
	Transport http.RoundTripper
	// Logger gets a line when the Frontend API can't be reached; nil discards it. Tokens, cookies and keys are never logged.
	Logger *slog.Logger
}

// Visit has the address of the application for the browser of one request, and the address of that browser.
type Visit struct {
	// Origin is the application's scheme://host[:port]. Empty if unknown: Clerk then gets paths in place of addresses.
	Origin string
	// BasePath is the part in front of the paths that the application sees, such as "/app". It may be empty.
	BasePath string
	// ClientIP is the browser's address from a trusted source. Empty: Clerk gets no address.
	ClientIP string
}

// New makes a proxy. It does no network I/O, and reports every problem of the configuration at once.
func New(config Config) (*Proxy, error) {
	config.Upstream = cmp.Or(config.Upstream, DefaultUpstream)
	config.URL = strings.TrimRight(config.URL, "/")
	config.BasePath = strings.TrimRight(config.BasePath, "/")
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	if config.Transport == nil {
		config.Transport = http.DefaultTransport
	}
	path, urlErr := readURL(config.URL, config.BasePath)
	upstream, upstreamErr := apiaddress.Parse(config.Upstream)
	key, keyErr := instance.ParsePublishableKey(config.PublishableKey)
	var secretErr error
	if config.SecretKey == "" {
		secretErr = errors.New("is missing")
	}
	if err := errors.Join(problem("URL", urlErr), problem("Upstream", upstreamErr), problem("PublishableKey", keyErr),
		problem("SecretKey", secretErr)); err != nil {
		return nil, err
	}
	p := &Proxy{
		config: &config, secret: config.SecretKey.Reveal, path: path, upstream: upstream,
		hosts: map[string]bool{origin.Of(upstream).Host(): true, origin.At("https", key.FrontendAPI()).Host(): true},
	}
	config.SecretKey = ""
	if config.Visit == nil {
		var err error
		if config.Visit, err = direct(config); err != nil {
			return nil, problem("URL", err)
		}
	}
	p.reverse = &httputil.ReverseProxy{
		Rewrite:        p.rewrite,
		ModifyResponse: p.answered,
		ErrorHandler:   p.failed,
		Transport:      sender{next: config.Transport},
		FlushInterval:  -1,
		ErrorLog:       slog.NewLogLogger(config.Logger.Handler(), slog.LevelDebug),
	}
	return p, nil
}

func problem(field string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("proxy: %s: %w", field, err)
}

// readURL returns the path of the proxy as the application sees it: an absolute URL has the base path in front.
func readURL(address, basePath string) (path string, err error) {
	u, err := url.Parse(address)
	switch {
	case err != nil: // the cause quotes the address
		return "", errors.New("must be a path such as /__clerk, or an absolute http or https URL with one")
	case u.User != nil, strings.ContainsAny(address, "?#"):
		return "", errors.New("must have no user, no query and no fragment")
	case !strings.HasPrefix(u.Path, "/"):
		return "", errors.New("needs a path, such as /__clerk")
	case localpath.Is(address):
		return u.Path, nil
	}
	at := origin.Of(u)
	switch {
	case at.IsZero():
		return "", errors.New("must be a path such as /__clerk, or an absolute http or https URL with one")
	case !apiaddress.Secure(u):
		return "", errors.New("must be https, because Clerk is told the address with the secret key (http for this machine alone)")
	}
	if below, found := strings.CutPrefix(u.Path, basePath+"/"); found {
		return "/" + below, nil
	}
	return u.Path, nil
}
