package gintest_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/attack"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
	"github.com/ginclerk/ginclerk/internal/logtest"
)

// besieged is a sound application, in which a test plants a hole.
type besieged struct {
	server  *clerktest.Server
	clerk   *ginclerk.Clerk
	engine  *gin.Engine
	options attack.Options
	log     *logtest.Buffer
}

func newBesieged(t *testing.T, change func(*ginclerk.Config), front ...func(*besieged) gin.HandlerFunc) *besieged {
	t.Helper()
	b := &besieged{server: clerktest.New(t), engine: gin.New(), log: &logtest.Buffer{}}
	config := gintest.Config(b.server)
	if change != nil {
		change(&config)
	}
	var err error
	if b.clerk, err = ginclerk.New(config); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.clerk.Close(t.Context()) })
	if err := b.engine.SetTrustedProxies(nil); err != nil {
		t.Fatal(err)
	}
	for _, handler := range front {
		b.engine.Use(handler(b))
	}
	b.engine.Use(b.clerk.Attach())
	b.engine.GET("/", show)
	b.engine.GET("/me", b.clerk.RequireSession(), show)
	b.engine.POST("/me", b.clerk.RequireSession(), func(c *gin.Context) { c.Redirect(http.StatusSeeOther, "/me") })
	b.engine.GET("/admin/:id", b.clerk.Require(ginclerk.Role("org:admin")), show)
	return b
}

func show(c *gin.Context) { c.String(http.StatusOK, "you are %s", ginclerk.From(c).UserID) }

func (b *besieged) attack(t *testing.T, public ...string) []string {
	t.Helper()
	r := &recorder{TB: t}
	gintest.Attack(r, b.server, b.engine, b.options, append(public, "GET /")...)
	return r.problems
}

func html(c *gin.Context, text string) {
	c.Data(http.StatusOK, "text/html; charset=utf-8", []byte(text))
}

// unverified reads who a token names, and nothing else.
func unverified(token string) (algorithm, user string) {
	var head struct{ Alg string }
	var claims struct{ Sub string }
	for i, part := range strings.SplitN(token, ".", 3) {
		text, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil || i == 2 {
			continue
		}
		_ = json.Unmarshal(text, []any{&head, &claims}[i])
	}
	return head.Alg, claims.Sub
}

// hole is something that an application may do wrong.
type hole struct {
	name   string
	config func(*ginclerk.Config)
	front  func(*besieged) gin.HandlerFunc
	plant  func(*besieged)
	public []string
	// want are the findings, by the beginnings of their first lines.
	want []string
}

func holesOfTokens() []hole {
	accepts := func(when func(*http.Request) (user string)) func(*besieged) {
		return func(b *besieged) {
			b.engine.GET("/weak", func(c *gin.Context) {
				if user := when(c.Request); user != "" {
					c.String(http.StatusOK, "you are %s", user)
					return
				}
				c.Status(http.StatusUnauthorized)
			})
		}
	}
	return []hole{
		{name: "no guard", plant: func(b *besieged) { b.engine.GET("/open", show) }, want: []string{"GET /open: guard"}},
		{name: "tokens without a signature count", plant: accepts(func(r *http.Request) string {
			if algorithm, user := unverified(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")); algorithm == "none" {
				return user
			}
			return ""
		}), want: []string{"GET /weak: forged token (without a signature (alg none)), and 1 more of this kind"}},
		{name: "tokens of other issuers count", config: func(c *ginclerk.Config) { c.Unsafe.SkipIssuer = true }, want: []string{
			"GET /me: forged token (of another issuer)", "POST /me: forged token (of another issuer)", "GET /admin/:id: forged token (of another issuer)",
			"GET /: forged token (of another issuer)",
		}},
		{name: "tokens without a session count", config: func(c *ginclerk.Config) { c.Unsafe.AllowMissingSessionID = true }, want: []string{
			"GET /me: forged token (without a session)", "POST /me: forged token (without a session)", "GET /admin/:id: forged token (without a session)",
			"GET /: forged token (without a session)",
		}},
		{
			name: "tokens of every party count", config: func(c *ginclerk.Config) { c.Tokens.MaxLifetime = 30000 * time.Hour },
			want: []string{
				"GET /me: forged token (that lives for years)", "POST /me: forged token (that lives for years)", "GET /admin/:id: forged token (that lives for years)",
				"GET /: forged token (that lives for years)",
			},
		},
		{name: "a token in the query counts", plant: accepts(func(r *http.Request) string { return r.URL.Query().Get("access_token") }), want: []string{
			"GET /weak: token in another place (in the query)",
		}},
		{name: "a header says who it is", plant: accepts(func(r *http.Request) string { return r.Header.Get("X-User-Id") }), want: []string{
			"GET /weak: claimed identity (in headers of proxies)",
		}},
		{name: "cookies are read past ginclerk", plant: func(b *besieged) {
			b.engine.GET("/both", b.clerk.RequireSession(), func(c *gin.Context) {
				for _, cookie := range c.Request.CookiesNamed("__session") {
					_, user := unverified(cookie.Value)
					_, _ = fmt.Fprintln(c.Writer, user)
				}
			})
		}, want: []string{"GET /both: cookie (in front of a good one)"}},
	}
}

func holesOfRequests() []hole {
	return []hole{
		{name: "a guard that compares the path", front: func(b *besieged) gin.HandlerFunc {
			guard := b.clerk.RequireSession()
			return func(c *gin.Context) {
				if c.Request.URL.Path == "/secret" {
					guard(c)
				}
			}
		}, plant: func(b *besieged) { b.engine.GET("/secret", show) }, want: []string{"GET /secret: spelling"}},
		{name: "a panic over many cookies", front: func(*besieged) gin.HandlerFunc {
			return func(c *gin.Context) {
				if len(c.Request.Cookies()) > 500 && c.FullPath() == "/me" && c.Request.Method == http.MethodGet {
					panic("too many")
				}
			}
		}, want: []string{"GET /me: size ("}},
		{name: "a body that is read in front of the guard", plant: func(b *besieged) {
			b.engine.POST("/upload", func(c *gin.Context) { _, _ = io.Copy(io.Discard, c.Request.Body) }, b.clerk.RequireSession(), show)
		}, want: []string{"POST /upload: size (a body without an end)"}},
		{name: "forms of other sites count", front: func(*besieged) gin.HandlerFunc {
			return func(c *gin.Context) {
				if c.FullPath() == "/act" {
					c.Request.Header.Set("Sec-Fetch-Site", "same-origin")
				}
			}
		}, plant: func(b *besieged) { b.engine.POST("/act", b.clerk.RequireSession(), show) }, want: []string{
			"POST /act: cross-origin (without Origin and Sec-Fetch-Site)",
		}},
		{name: "every origin may read", plant: func(b *besieged) {
			b.engine.GET("/cors", func(c *gin.Context) {
				c.Header("Access-Control-Allow-Origin", c.GetHeader("Origin"))
				c.Header("Access-Control-Allow-Credentials", "true")
			}, b.clerk.RequireSession(), show)
		}, want: []string{"GET /cors: cross-origin (CORS for another site)"}},
		{name: "WebSockets of other sites open", front: func(b *besieged) gin.HandlerFunc {
			return func(c *gin.Context) {
				if c.FullPath() == "/socket" {
					c.Request.Header.Set("Origin", b.server.Origins()[0])
				}
			}
		}, plant: func(b *besieged) {
			b.engine.GET("/socket", b.clerk.RequireSession(), func(c *gin.Context) {
				if c.GetHeader("Upgrade") == "" {
					c.Status(http.StatusUpgradeRequired)
				} else if conn, _, err := http.NewResponseController(c.Writer).Hijack(); err == nil {
					_ = conn.Close()
				}
			})
		}, want: []string{"GET /socket: cross-origin (a WebSocket of another site)"}},
		{name: "sessions of others end", plant: func(b *besieged) {
			b.engine.POST("/end", b.clerk.RequireSession(), func(c *gin.Context) {
				_ = b.server.EndSession(c.PostForm("session_id"))
				c.Status(http.StatusNoContent)
			})
		}, want: []string{"POST /end: foreign session (ended)"}},
		{name: "a redirect to everywhere", plant: func(b *besieged) {
			b.engine.GET("/go", func(c *gin.Context) { c.Redirect(http.StatusFound, c.DefaultQuery("next", "/")) })
		}, public: []string{"/go"}, want: []string{"GET /go: redirect (Location)"}},
		{name: "a link to everywhere", plant: func(b *besieged) {
			b.engine.GET("/back", func(c *gin.Context) {
				next := strings.NewReplacer("<", "", ">", "", `"`, "").Replace(c.Query("return_to"))
				html(c, `<a href="`+next+`">back</a>`)
			})
		}, public: []string{"/back"}, want: []string{"GET /back: redirect (a link or a form of the page)"}},
		{name: "links with the host of the request", plant: func(b *besieged) {
			b.engine.GET("/link", func(c *gin.Context) { c.String(http.StatusOK, "https://%s/invite", c.Request.Host) })
		}, public: []string{"/link"}, want: []string{"GET /link: host (Host)"}},
		{
			name: "answers that nobody asked for count", config: func(c *ginclerk.Config) { c.Unsafe.AcceptUnsolicitedHandshakes = true },
			want: []string{"GET /: handshake", "GET /me: handshake", "GET /admin/:id: handshake"},
		},
	}
}

func holesOfAnswers() []hole {
	return []hole{
		{name: "a shared cache keeps what is for one", plant: func(b *besieged) {
			b.engine.GET("/kept", ginclerk.AllowSharedCaching(), b.clerk.RequireSession(), func(c *gin.Context) {
				c.Header("Cache-Control", "public, max-age=60")
				show(c)
			})
		}, want: []string{"GET /kept: cache"}},
		{name: "a form in a frame", plant: func(b *besieged) {
			b.engine.GET("/form", b.clerk.RequireSession(), func(c *gin.Context) { html(c, `<form method="post"><button>Delete</button></form>`) })
		}, want: []string{"GET /form: frame"}},
		{name: "a query in the page", plant: func(b *besieged) {
			b.engine.GET("/search", b.clerk.RequireSession(), func(c *gin.Context) { html(c, "<p>Nothing about "+c.Query("q")+"</p>") })
		}, want: []string{"GET /search: script"}},
		{name: "lines of others in the log", front: func(b *besieged) gin.HandlerFunc {
			return func(c *gin.Context) {
				if c.FullPath() == "/logged" {
					_, _ = fmt.Fprintf(b.log, "GET %s\n", c.Query("x"))
				}
			}
		}, plant: func(b *besieged) {
			b.options.Log = b.log.String
			b.engine.GET("/logged", b.clerk.RequireSession(), show)
		}, want: []string{"GET /logged: log"}},
		{name: "tokens in the log", front: func(b *besieged) gin.HandlerFunc {
			return func(c *gin.Context) {
				if c.FullPath() == "/me" {
					_, _ = fmt.Fprintf(b.log, "%q\n", c.GetHeader("Authorization"))
				}
			}
		}, plant: func(b *besieged) { b.options.Log = b.log.String }, want: []string{"the application: log (a secret)"}},
		{name: "a call to Clerk for each request", plant: func(b *besieged) {
			b.engine.GET("/calls", b.clerk.RequireSession(), func(c *gin.Context) {
				_, err := b.clerk.Sessions().ForUser(c.Request.Context(), ginclerk.From(c).UserID, ginclerk.From(c).SessionID)
				c.String(http.StatusOK, "%v", err == nil)
			})
		}, want: []string{"GET /calls: flood (one user's cookies)"}},
		{name: "a server that waits for ever", plant: func(b *besieged) {
			b.options.Server = &http.Server{}
		}, want: []string{"the server: slow client (header)"}},
		{name: "a guard that waits for the body", plant: func(b *besieged) {
			b.options.Server = &http.Server{ReadHeaderTimeout: time.Second, IdleTimeout: time.Second}
			b.engine.POST("/upload", func(c *gin.Context) { _, _ = io.CopyN(io.Discard, c.Request.Body, 1000) }, b.clerk.RequireSession(), show)
		}, want: []string{"POST /upload: slow client (body)"}},
	}
}

// Each hole is found, and nothing else.
func TestAttackFindsEachHole(t *testing.T) {
	t.Parallel()
	for _, row := range slices.Concat(holesOfTokens(), holesOfRequests(), holesOfAnswers()) {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var front []func(*besieged) gin.HandlerFunc
			if row.front != nil {
				front = append(front, row.front)
			}
			b := newBesieged(t, row.config, front...)
			if row.plant != nil {
				row.plant(b)
			}
			problems := b.attack(t, row.public...)
			for _, problem := range problems {
				if !slices.ContainsFunc(row.want, func(want string) bool { return strings.HasPrefix(problem, want) }) {
					t.Errorf("also found: %s", problem)
				}
			}
			for _, want := range row.want {
				if !slices.ContainsFunc(problems, func(problem string) bool { return strings.HasPrefix(problem, want) }) {
					t.Errorf("not found: %s", want)
				}
			}
		})
	}
}

func TestAttackFindsNothingWhereNothingIs(t *testing.T) {
	t.Parallel()
	b := newBesieged(t, nil)
	b.options.Log = b.log.String
	b.options.Server = &http.Server{ReadHeaderTimeout: time.Second, IdleTimeout: time.Second}
	before := fmt.Sprintf("%+v", []bool{b.engine.UseRawPath, b.engine.RemoveExtraSlash, b.engine.RedirectTrailingSlash})
	for _, problem := range b.attack(t) {
		t.Errorf("found: %s", problem)
	}
	if after := fmt.Sprintf("%+v", []bool{b.engine.UseRawPath, b.engine.RemoveExtraSlash, b.engine.RedirectTrailingSlash}); after != before {
		t.Errorf("the engine reads paths as %s afterwards, want %s", after, before)
	}
}

func TestAttackAcceptsWhatIsMeant(t *testing.T) {
	t.Parallel()
	b := newBesieged(t, nil)
	b.engine.GET("/form", b.clerk.RequireSession(), func(c *gin.Context) { html(c, `<form></form>`) })
	b.options.Accepted = []string{"GET /form: frame", "GET /gone: frame"}
	if problems := b.attack(t, "/nowhere"); len(problems) != 2 || !strings.Contains(problems[0], "/nowhere") || !strings.Contains(problems[1], "GET /gone: frame") {
		t.Errorf("problems %q, want the list of public routes and that of accepted findings", problems)
	}
}

// Other routers than Gin's name their routes themselves.
func TestAttackOfAnyHandler(t *testing.T) {
	t.Parallel()
	server, mux := clerktest.New(t), http.NewServeMux()
	mux.HandleFunc("GET /items/{id}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	mux.HandleFunc("GET /open", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") })
	r := &recorder{TB: t}
	attack.Run(r, server, mux, attack.Options{Routes: []attack.Route{
		{Method: http.MethodGet, Path: "/items/{id}"}, {Method: http.MethodGet, Path: "/open"}, {Method: http.MethodGet, Path: "/open", Open: true},
	}})
	wantProblems(t, r, []string{"GET /open: guard"})
	none := &recorder{TB: t}
	attack.Run(none, server, mux, attack.Options{})
	wantProblems(t, none, []string{"no routes"})
}
