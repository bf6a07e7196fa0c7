package scripttest_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/ginclerk/ginclerk/internal/goroutinetest"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/tokenendpoint"
	"github.com/ginclerk/ginclerk/static"
)

const ada = "ada@example.com" // admin of Acme

func TestMain(m *testing.M) {
	gin.SetMode(gin.TestMode)
	status := m.Run()
	chromium.Close()
	os.Exit(goroutinetest.Status(status))
}

// arrival is a request that reached a server.
type arrival struct {
	method, path, authorization, contentType, body, extra string
}

// arrivals are noted by a server; they are safe for concurrent use.
type arrivals struct {
	mu   sync.Mutex
	list []arrival
}

func (a *arrivals) note(r *http.Request) {
	text, _ := io.ReadAll(io.LimitReader(r.Body, 1<<10))
	a.mu.Lock()
	defer a.mu.Unlock()
	a.list = append(a.list, arrival{
		method: r.Method, path: r.URL.Path, authorization: r.Header.Get("Authorization"),
		contentType: r.Header.Get("Content-Type"), body: string(text), extra: r.Header.Get("X-Extra"),
	})
}

// take returns the requests since the last call, without preflights.
func (a *arrivals) take() []arrival {
	a.mu.Lock()
	defer a.mu.Unlock()
	taken := slices.DeleteFunc(a.list, func(one arrival) bool { return one.method == http.MethodOptions })
	a.list = nil
	return taken
}

// service is an API on another origin that lets every page ask everything.
type service struct {
	*httptest.Server
	arrivals
}

func newService(t *testing.T) *service {
	t.Helper()
	s := &service{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.note(r)
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Allow-Methods", "GET, POST, PUT")
		w.Header().Set("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Extra")
		if to := r.URL.Query().Get("to"); to != "" && r.Method != http.MethodOptions {
			http.Redirect(w, r, to, http.StatusTemporaryRedirect)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// site is a Gin application whose pages have the script.
type site struct {
	*httptest.Server
	server *clerktest.Server
	clock  *clerktest.Clock
	asked  arrivals // at the token endpoint
	api    arrivals // at the application's own API

	listed, unlisted *service

	mu     sync.Mutex
	refuse int // so many more requests of the API get a 401, whatever their token
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{clock: clerktest.NewClock(), listed: newService(t), unlisted: newService(t)}
	s.server = clerktest.New(t, func(c *clerktest.Config) { c.Clock = s.clock })
	engine := gin.New()
	s.Server = httptest.NewUnstartedServer(engine)
	port := s.Listener.Addr().(*net.TCPAddr).Port
	origin := "http://localhost:" + strconv.Itoa(port)
	clerk, err := ginclerk.New(ginclerk.Config{
		PublishableKey: s.server.PublishableKey(), SecretKey: s.server.SecretKey(), Origins: []string{origin},
		SignInURL: "/sign-in", ProxyURL: "/__clerk", ClerkAPI: ginclerk.ClerkAPI{URL: s.server.BackendURL(), FrontendURL: s.server.FrontendURL()}, Now: s.clock.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.routes(t, engine, clerk, origin)
	s.Start()
	s.URL = origin
	t.Cleanup(s.Close)
	return s
}

func (s *site) routes(t *testing.T, r *gin.Engine, clerk *ginclerk.Clerk, origin string) {
	t.Helper()
	assets, err := static.New()
	if err != nil {
		t.Fatal(err)
	}
	clerk.Exempt("/static", "/page", "/sign-in")
	r.Use(clerk.Attach())
	r.GET("/static/*file", gin.WrapH(http.StripPrefix("/static", assets.Handler())))
	r.GET("/page", s.page(assets, fmt.Sprintf(`data-token-endpoint="/app/token" data-token-origins="%s"`, s.listed.URL)))
	r.GET("/page/:case", func(c *gin.Context) { s.page(assets, strings.ReplaceAll(c.Query("data"), "ORIGIN", s.listed.URL))(c) })
	r.GET("/sign-in", func(c *gin.Context) { s.signIn(t, c, origin) })
	tokenendpoint.Mount(r.Group("/app", func(c *gin.Context) { s.asked.note(withoutBody(c.Request)) }), clerk,
		tokenendpoint.Config{Path: "/token", Templates: []string{"billing"}})
	r.Any("/api/echo", s.countRefusals, clerk.RequireSession(), func(c *gin.Context) {
		c.String(http.StatusOK, ginclerk.From(c).UserID)
	})
	r.GET("/api/moved", func(c *gin.Context) { c.Redirect(http.StatusTemporaryRedirect, c.Query("to")) })
}

// withoutBody leaves the body to the handler.
func withoutBody(r *http.Request) *http.Request {
	noted := r.Clone(r.Context())
	noted.Body = http.NoBody
	return noted
}

// page is a page with the script and a strict policy. It may connect to the service that gets no tokens, so that it is the
// script that refuses.
func (s *site) page(assets *static.Assets, data string) gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Header("Content-Security-Policy", "default-src 'none'; img-src 'self'; script-src 'self'; require-trusted-types-for 'script'; connect-src 'self' "+s.listed.URL+" "+s.unlisted.URL)
		c.Data(http.StatusOK, "text/html; charset=utf-8", []byte(
			`<!doctype html><html lang="en"><title>Page</title><link rel="icon" href="/static/`+assets.Path(static.Icon)+`"><script defer src="/static/`+assets.Path(static.FetchScript)+`" `+data+`></script>`))
	}
}

// signIn signs a browser in as the user of the query, or out without one.
func (s *site) signIn(t *testing.T, c *gin.Context, origin string) {
	t.Helper()
	agent := s.server.NewBrowser()
	if user := c.Query("as"); user != "" {
		if _, err := agent.SignIn(user); err != nil {
			t.Error(err)
		}
	}
	for _, old := range c.Request.Cookies() {
		http.SetCookie(c.Writer, &http.Cookie{Name: old.Name, Path: "/", MaxAge: -1})
	}
	cookies, err := agent.Cookies(origin)
	if err != nil {
		t.Error(err)
	}
	for _, cookie := range cookies {
		if c.Query("refresh") == "no" && strings.HasPrefix(cookie.Name, "__refresh") {
			continue
		}
		http.SetCookie(c.Writer, cookie)
	}
	c.Redirect(http.StatusSeeOther, "/page")
}

func (s *site) refuseNext(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = n
}

func (s *site) countRefusals(c *gin.Context) {
	s.api.note(c.Request)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse > 0 {
		s.refuse--
		c.AbortWithStatus(http.StatusUnauthorized)
	}
}

// userID of a seeded user.
func (s *site) userID(t *testing.T, email string) string {
	t.Helper()
	user, err := s.server.UserByEmail(email)
	if err != nil {
		t.Fatal(err)
	}
	return user.ID
}
