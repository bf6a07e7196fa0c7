package main

import (
	"cmp"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/authn"
)

func main() {
	if err := run(); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "handshake:", err) // if writing fails, the error can't be reported elsewhere
		os.Exit(1)
	}
}

func run() error {
	gin.SetMode(gin.ReleaseMode)
	app, err := newApp(os.Getenv("CLERK_API_URL"), slog.New(slog.NewTextHandler(os.Stderr, nil)))
	if err != nil {
		return err
	}
	address := net.JoinHostPort("127.0.0.1", cmp.Or(os.Getenv("PORT"), "8080"))
	return (&http.Server{Addr: address, Handler: app, ReadHeaderTimeout: 10 * time.Second}).ListenAndServe()
}

// newApp has the pages that the suite opens. The pages of organizations need a session.
func newApp(apiURL string, logger *slog.Logger) (http.Handler, error) {
	r := gin.New()
	if err := r.SetTrustedProxies([]string{"127.0.0.1", "::1"}); err != nil { // the suite plays the proxy, too
		return nil, err
	}
	tenants := ginclerk.NewTenants(newInstances(apiURL, logger).of)
	r.RedirectTrailingSlash = false // asNextJS moves such paths
	r.Use(asNextJS, tenants.Attach())
	for _, path := range []string{"/", "/hello", "/personal-account"} {
		r.Any(path, who)
	}
	organizations := r.Group("/", tenants.RequireSession())
	organizations.Any("/organizations-by-id/*rest", who)
	organizations.Any("/organizations-by-slug/*rest", who)
	return r, nil
}

// who answers every request with its authentication state. Clerk's SDK throws only for a handshake token of another instance;
// there the suite expects an error.
func who(c *gin.Context) {
	switch auth := ginclerk.From(c); {
	case auth.SignedIn():
		c.String(http.StatusOK, "%s\n", auth.UserID)
	case auth.Reason == authn.ReasonUnexpectedError:
		c.String(http.StatusInternalServerError, "nobody: %s\n", auth.Reason)
	default:
		c.String(http.StatusOK, "nobody: %s\n", auth.Reason)
	}
}
