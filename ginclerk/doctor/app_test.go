package doctor_test

import (
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"

	"go.uber.org/goleak"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.TestMode)
	goleak.VerifyTestMain(m)
}

// app is an application whose configuration is that of the subject, on a server of its own.
type app struct {
	engine *gin.Engine
	server *httptest.Server
	config ginclerk.Config
	front  http.HandlerFunc // what stands in front of the engine; nil: nothing

	unmounted bool // the application forgets to mount the proxy
}

// serve makes an application, and its page /page the URL of the subject. The changes are made before the application is.
func (s *scene) serve(changes ...func(*app)) *app {
	s.t.Helper()
	a := &app{engine: gin.New()}
	a.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a.front != nil {
			a.front(w, r)
			return
		}
		a.engine.ServeHTTP(w, r)
	}))
	a.server.Config.ErrorLog = log.New(s.t.Output(), "", 0)
	own := "http://" + a.server.Listener.Addr().String()
	s.subject.Config.Origins = []string{own}
	s.subject.URL, s.subject.HTTPClient = own+"/page", nil
	a.config = s.subject.Config
	a.config.Logger = slog.New(slog.DiscardHandler)
	for _, change := range changes {
		change(a)
	}
	clerk, err := ginclerk.New(a.config)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = clerk.Close(s.t.Context()) })
	if err := a.engine.SetTrustedProxies(nil); err != nil {
		s.t.Fatal(err)
	}
	clerk.Exempt("/exempt")
	a.engine.Use(clerk.Attach())
	if a.config.ProxyURL != "" && !a.unmounted {
		clerk.MountProxy(a.engine)
	}
	if _, err := pages.Mount(a.engine, clerk, pages.Options{}); err != nil {
		s.t.Fatal(err)
	}
	show := func(c *gin.Context) {
		c.Data(http.StatusOK, "text/html; charset=utf-8", []byte("<!doctype html><title>page</title>"))
	}
	for _, path := range []string{"/page", "/exempt", "/app/page"} {
		a.engine.GET(path, show)
	}
	a.engine.GET("/to-page", func(c *gin.Context) { c.Redirect(http.StatusFound, "/page") })
	a.engine.GET("/clerk-js", func(c *gin.Context) {
		c.Data(http.StatusOK, "text/html; charset=utf-8", []byte(`<script async data-clerk-publishable-key="pk" src="/npm/@clerk/clerk-js@5/dist/clerk.browser.js"></script>`))
	})
	a.server.Start()
	s.t.Cleanup(a.server.Close)
	return a
}

// behindTLS puts a proxy in front that ends TLS and says nothing about it, and makes its address the URL.
func (s *scene) behindTLS(a *app) {
	s.t.Helper()
	to, err := url.Parse(a.server.URL)
	if err != nil {
		s.t.Fatal(err)
	}
	proxy := httptest.NewUnstartedServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Host = r.In.Host
	}})
	proxy.Config.ErrorLog = log.New(s.t.Output(), "", 0)
	proxy.StartTLS()
	s.t.Cleanup(proxy.Close)
	s.subject.URL, s.subject.HTTPClient = proxy.URL+"/page", proxy.Client()
}

// answering puts a handler in front of the application.
func answering(front func(a *app, w http.ResponseWriter, r *http.Request)) func(*app) {
	return func(a *app) { a.front = func(w http.ResponseWriter, r *http.Request) { front(a, w, r) } }
}

// withPolicy has a proxy add a policy to every answer.
func withPolicy(policy string) func(*app) {
	return answering(func(a *app, w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Content-Security-Policy", policy)
		a.engine.ServeHTTP(w, r)
	})
}
