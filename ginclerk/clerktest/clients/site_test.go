package clients_test

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/internal/goroutinetest"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.TestMode)
	status := m.Run()
	chromium.Close()
	programs.remove()
	os.Exit(reportDocuments(goroutinetest.Status(status)))
}

const closeTimeout = 5 * time.Second

// site is a Gin application with the session pages, the proxy, and a page with clerk-js.
type site struct {
	origin string
	clerk  *clerktest.Server
	clock  *clerktest.Clock
}

// newSite serves the application on a free port of localhost.
func newSite(t *testing.T, packages string, kind instance.Type) *site {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address, ok := listener.Addr().(*net.TCPAddr)
	if !ok {
		t.Fatalf("listening on %s", listener.Addr())
	}
	s := &site{origin: "http://localhost:" + strconv.Itoa(address.Port), clock: clerktest.NewClock()}
	s.clerk = clerktest.New(t, func(c *clerktest.Config) { c.Type, c.Origins, c.Clock = kind, []string{s.origin}, s.clock })
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: s.handler(t, packages), ReadHeaderTimeout: closeTimeout}}
	server.Start()
	t.Cleanup(server.Close)
	return s
}

func (s *site) handler(t *testing.T, packages string) http.Handler {
	t.Helper()
	address := between(t, s.clerk)
	clerk, err := ginclerk.New(ginclerk.Config{
		PublishableKey: s.clerk.PublishableKey(), SecretKey: s.clerk.SecretKey(),
		Origins: []string{s.origin}, SignInURL: "/sign-in", SignUpURL: "/sign-up", ProxyURL: "/__clerk",
		ClerkAPI: ginclerk.ClerkAPI{URL: address + "/backend", FrontendURL: address}, Now: s.clock.Now, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), closeTimeout)
		defer cancel()
		if err := clerk.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	r := gin.New()
	clerk.Exempt("/js", "/clerk-js")
	r.Use(clerk.Attach())
	clerk.MountProxy(r)
	if _, err := pages.Mount(r, clerk, pages.Options{AddAccountURL: "/sign-in/add-account"}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/sign-in", "/sign-in/*path"} {
		r.Any(path, gin.WrapH(s.clerk.Portal()))
	}
	r.GET("/", func(c *gin.Context) {
		page := fmt.Sprintf("<!doctype html><title>home</title><body data-organization=%q>", ginclerk.From(c).OrganizationID)
		c.Data(http.StatusOK, "text/html; charset=utf-8", []byte(page))
	})
	r.GET("/js", s.page(t))
	r.GET(pathClaims, showClaims)
	r.Static("/clerk-js", filepath.Join(packages, "node_modules", "@clerk", "clerk-js", "dist"))
	return r
}

// page is a page with clerk-js, as in Clerk's documentation for pages without a framework.
func (s *site) page(t *testing.T) gin.HandlerFunc {
	t.Helper()
	parsed, err := template.New("page").Parse(string(read(t, "testdata/page.html")))
	if err != nil {
		t.Fatal(err)
	}
	var shown bytes.Buffer
	err = parsed.Execute(&shown, map[string]string{"Key": s.clerk.PublishableKey(), "Proxy": s.origin + "/__clerk"})
	if err != nil {
		t.Fatal(err)
	}
	return func(c *gin.Context) { c.Data(http.StatusOK, "text/html; charset=utf-8", shown.Bytes()) }
}
