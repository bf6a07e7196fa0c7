package ginclerk_test

import (
	"bufio"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
)

// wantPrivate checks that no shared cache keeps a response, and that it varies by who is signed in.
func (r *answer) wantPrivate(tb testing.TB) *answer {
	tb.Helper()
	if got := r.Result().Header.Values("Cache-Control"); len(got) != 1 || got[0] != "private, no-store" {
		tb.Errorf("%s %s: Cache-Control is %q, want private, no-store", r.request.Method, r.request.RequestURI, got)
	}
	return r.wantVary(tb, "Cookie", "Authorization")
}

// wantVary checks that a response varies by these fields, among others.
func (r *answer) wantVary(tb testing.TB, names ...string) *answer {
	tb.Helper()
	var varies []string
	for _, value := range r.Result().Header.Values("Vary") {
		for name := range strings.SplitSeq(value, ",") {
			varies = append(varies, strings.TrimSpace(name))
		}
	}
	for _, name := range names {
		if !slices.Contains(varies, name) {
			tb.Errorf("%s %s: Vary is %q, want %s in it", r.request.Method, r.request.RequestURI, varies, name)
		}
	}
	return r
}

// saying is a handler that answers with Cache-Control of its own; it writes its header as the way says.
func saying(cacheControl string, write func(*gin.Context)) gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Header("Cache-Control", cacheControl)
		write(c)
	}
}

// waysToAnswer are the ways in which handlers write a response.
func waysToAnswer() map[string]func(*gin.Context) {
	return map[string]func(*gin.Context){
		"a body":           func(c *gin.Context) { c.String(http.StatusOK, "x") },
		"JSON":             func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"x": 1}) },
		"nothing at all":   func(*gin.Context) {},
		"a status alone":   func(c *gin.Context) { c.Status(http.StatusNoContent) },
		"an end":           func(c *gin.Context) { c.AbortWithStatus(http.StatusTeapot) },
		"a header at once": func(c *gin.Context) { c.Writer.WriteHeaderNow() },
		"a flush":          func(c *gin.Context) { c.Writer.Flush() },
		"a string":         func(c *gin.Context) { _, _ = c.Writer.WriteString("x") },
		"not modified":     func(c *gin.Context) { c.Status(http.StatusNotModified) },
		"a redirect":       func(c *gin.Context) { c.Redirect(http.StatusFound, "/elsewhere") },
		"a file": func(c *gin.Context) {
			http.ServeContent(c.Writer, c.Request, "x.txt", time.Time{}, strings.NewReader("x"))
		},
		"a handler of net/http": func(c *gin.Context) {
			http.NotFoundHandler().ServeHTTP(c.Writer, c.Request)
		},
		"a flush through net/http": func(c *gin.Context) { _ = http.NewResponseController(c.Writer).Flush() },
		"an informational answer first": func(c *gin.Context) {
			c.Writer.WriteHeader(http.StatusEarlyHints)
			c.String(http.StatusOK, "x")
		},
	}
}

func TestNoSharedCacheKeepsWhatSetsASessionsCookies(t *testing.T) {
	t.Parallel()
	for name, write := range waysToAnswer() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			a.engine.Use(a.clerk.Attach())
			a.engine.Any("/", ginclerk.AllowSharedCaching(), saying("public, max-age=3600", write))
			v := a.visitor(t, ada)
			a.clock.Advance(2 * time.Minute)
			for _, method := range []string{http.MethodGet, http.MethodHead} { // renewed with the refresh cookie
				got := a.ask(method, "/", v.jar(), fetched)
				if got.setCookies()["__session"] == nil {
					t.Fatalf("no session was renewed: %v", got.Header())
				}
				got.wantPrivate(t)
			}
		})
	}
}

func TestNoSharedCacheKeepsWhatSetsACookieOfOurs(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]func(*app, *gin.Context){
		"a notice":              func(a *app, c *gin.Context) { serve(a.clerk, c).SetFlash(serving.Flash{Text: "x"}) },
		"a session's end":       func(a *app, c *gin.Context) { serve(a.clerk, c).Set(serve(a.clerk, c).ForgetSession()...) },
		"a cookie of Clerk":     func(_ *app, c *gin.Context) { c.SetCookie("__client_uat", "1", 60, "/", "", true, true) },
		"a suffixed cookie":     func(_ *app, c *gin.Context) { c.SetCookie("__session_x1y2", "1", 60, "/", "", true, true) },
		"a handshake's counter": func(_ *app, c *gin.Context) { c.SetCookie("__clerk_redirect_count", "1", 60, "", "", true, true) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			a.engine.GET("/attached", a.clerk.Attach(), func(c *gin.Context) { set(a, c) }, saying("public, s-maxage=9", whoami))
			a.ask(http.MethodGet, "/attached", program, bearer(a.token(t, ada))).wantPrivate(t).wantRan(t, true)
			if !strings.Contains(name, "cookie") && !strings.Contains(name, "counter") {
				a.engine.GET("/alone", func(c *gin.Context) { set(a, c) }, saying("public, s-maxage=9", whoami))
				a.ask(http.MethodGet, "/alone", program).wantHeader(t, "Cache-Control", "private, no-store")
			}
		})
	}
}

func TestNoSharedCacheKeepsWhatIsBehindAGuard(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	token := bearer(a.token(t, ada))
	guards := allGuards()
	for _, open := range []string{"RateLimit", "RefuseCrossOrigin", "RequireToken, M2M"} {
		delete(guards, open)
	}
	for name, guard := range guards {
		for way, write := range waysToAnswer() {
			t.Run(name+", "+way, func(t *testing.T) {
				t.Parallel()
				alone := *a
				alone.engine = gin.New()
				alone.engine.Any("/", guard(&alone), saying("public, max-age=3600", write))
				for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
					alone.ask(method, "/", program, token).wantPrivate(t)
				}
			})
		}
	}
	ruled := newApp(t).ruled(t, ginclerk.Rules{Public: []string{"/open"}, Admin: []string{"/admin"}, UnauthorizedURL: "/open"})
	for _, path := range []string{"/open", "/closed", "/admin"} {
		ruled.engine.GET(path, saying("public", whoami))
	}
	v := ruled.visitor(t, mia)
	ruled.ask(http.MethodGet, "/closed", v.jar(), navigation).wantPrivate(t).wantRan(t, true)
	ruled.ask(http.MethodGet, "/open", v.jar(), navigation).wantHeader(t, "Cache-Control", "public").wantVary(t, "Cookie", "Authorization")
	ruled.ask(http.MethodGet, "/admin", v.jar(), navigation).wantStatus(t, http.StatusSeeOther).wantHeader(t, "Cache-Control", "no-store")
}

func TestWhatAHandlerSaysAboutCachingBehindAGuard(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	token := bearer(a.token(t, ada))
	const private = "private, no-store"
	for said, want := range map[string]string{
		"private, max-age=60":           "private, max-age=60", // the browser's own cache
		"no-store":                      "no-store",
		"No-Store":                      "No-Store",
		"public, max-age=60":            private,
		"max-age=60":                    private,
		"no-cache":                      private,
		"s-maxage=60":                   private,
		"private, s-maxage=60":          private,
		"public, private":               private,
		"public, no-store":              private,
		"must-understand, no-store":     private,
		`private="Set-Cookie", max-age`: private,
		`no-cache="x, private, y"`:      private,
		"privately":                     private,
		"":                              private,
	} {
		alone := *a
		alone.engine = gin.New()
		alone.engine.GET("/", alone.clerk.RequireSession(), saying(said, whoami))
		alone.ask(http.MethodGet, "/", program, token).wantHeader(t, "Cache-Control", want)
	}
	for _, name := range []string{"CDN-Cache-Control", "Cloudflare-CDN-Cache-Control", "Surrogate-Control", "Edge-Control", "X-Accel-Expires"} {
		alone := *a
		alone.engine = gin.New()
		alone.engine.GET("/", alone.clerk.RequireSession(), func(c *gin.Context) { c.Header(name, "max-age=60") }, saying("private, max-age=60", whoami))
		alone.ask(http.MethodGet, "/", program, token).wantHeader(t, name, "").wantHeader(t, "Cache-Control", "private, max-age=60")
	}
}

func TestARouteLetsSharedCachesKeepItOnPurpose(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.GET("/shared", ginclerk.AllowSharedCaching(), a.clerk.RequireSession(), saying("public, max-age=60", whoami))
	a.engine.GET("/silent", ginclerk.AllowSharedCaching(), a.clerk.RequireSession(), whoami)
	token := bearer(a.token(t, ada))
	a.ask(http.MethodGet, "/shared", program, token).wantHeader(t, "Cache-Control", "public, max-age=60").wantVary(t, "Cookie", "Authorization")
	a.ask(http.MethodGet, "/silent", program, token).wantHeader(t, "Cache-Control", "")
	a.ask(http.MethodGet, "/shared", program).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
	v := a.visitor(t, ada)
	a.clock.Advance(2 * time.Minute)
	a.ask(http.MethodGet, "/shared", v.jar(), fetched).wantSignedIn(t, a.userID(t, ada)).wantPrivate(t)
}

func TestVaryIsAddedToWhateverOthersSayAndWhen(t *testing.T) {
	t.Parallel()
	sets := func(value string) gin.HandlerFunc { return func(c *gin.Context) { c.Header("Vary", value) } }
	afterwards := func(c *gin.Context) { c.Next(); c.Header("Vary", "Accept-Encoding") }
	for name, handlers := range map[string]func(*app) []gin.HandlerFunc{
		"in front": func(a *app) []gin.HandlerFunc {
			return []gin.HandlerFunc{sets("Accept-Encoding"), a.clerk.Attach(), whoami}
		},
		"behind": func(a *app) []gin.HandlerFunc {
			return []gin.HandlerFunc{a.clerk.Attach(), sets("Accept-Encoding"), whoami}
		},
		"behind a guard": func(a *app) []gin.HandlerFunc {
			return []gin.HandlerFunc{a.clerk.RequireSession(), sets("Accept-Encoding"), whoami}
		},
		"in lower case": func(a *app) []gin.HandlerFunc {
			return []gin.HandlerFunc{a.clerk.Attach(), sets("accept-language, Accept-Encoding, cookie"), whoami}
		},
		"behind, no body": func(a *app) []gin.HandlerFunc {
			return []gin.HandlerFunc{a.clerk.Attach(), sets("Accept-Encoding"), func(c *gin.Context) { c.Header(ranHeader, "true") }}
		},
		"after the handler": func(a *app) []gin.HandlerFunc {
			return []gin.HandlerFunc{a.clerk.Attach(), afterwards, func(c *gin.Context) { c.Header(ranHeader, "true") }}
		},
		"two guards": func(a *app) []gin.HandlerFunc {
			return []gin.HandlerFunc{a.clerk.Attach(), a.clerk.RequireSession(), sets("Accept-Encoding"), whoami}
		},
		"a header of its own": func(a *app) []gin.HandlerFunc {
			return []gin.HandlerFunc{a.clerk.Attach(), func(c *gin.Context) { c.Writer.Header()["Vary"] = []string{"Accept-Encoding"} }, whoami}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			a.engine.GET("/", handlers(a)...)
			got := a.ask(http.MethodGet, "/", program, bearer(a.token(t, ada))).wantRan(t, true)
			if strings.Contains(name, "lower") {
				got.wantVary(t, "cookie", "Authorization")
				return
			}
			got.wantVary(t, "Accept-Encoding", "Cookie", "Authorization")
			if strings.Count(strings.Join(got.Result().Header.Values("Vary"), ","), "Cookie") != 1 {
				t.Errorf("Vary is %q", got.Result().Header.Values("Vary"))
			}
		})
	}
	a := newApp(t)
	a.engine.GET("/", a.clerk.Attach(), sets("*"), whoami)
	a.ask(http.MethodGet, "/", program).wantHeader(t, "Vary", "*")
}

// zipped compresses as gzip middleware does: through a writer of its own, which sets Vary.
type zipped struct {
	gin.ResponseWriter

	zip *gzip.Writer
}

func (z *zipped) Write(data []byte) (int, error)    { return z.zip.Write(data) }
func (z *zipped) WriteString(s string) (int, error) { return z.zip.Write([]byte(s)) }
func compress(c *gin.Context) {
	c.Header("Content-Encoding", "gzip")
	c.Header("Vary", "Accept-Encoding")
	writer := &zipped{c.Writer, gzip.NewWriter(c.Writer)}
	c.Writer = writer
	c.Next()
	_ = writer.zip.Close()
}

func TestCompressionInFrontAndBehind(t *testing.T) {
	t.Parallel()
	for name, handlers := range map[string]func(*app) []gin.HandlerFunc{
		"in front": func(a *app) []gin.HandlerFunc {
			return []gin.HandlerFunc{compress, a.clerk.Attach(), a.clerk.RequireSession(), saying("public", whoami)}
		},
		"between": func(a *app) []gin.HandlerFunc {
			return []gin.HandlerFunc{a.clerk.Attach(), compress, a.clerk.RequireSession(), saying("public", whoami)}
		},
		"behind": func(a *app) []gin.HandlerFunc {
			return []gin.HandlerFunc{a.clerk.Attach(), a.clerk.RequireSession(), compress, saying("public", whoami)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			a.engine.GET("/", handlers(a)...)
			got := a.ask(http.MethodGet, "/", program, bearer(a.token(t, ada))).wantPrivate(t).wantVary(t, "Accept-Encoding")
			body, err := gzip.NewReader(got.Body)
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(body)
			if err != nil || !strings.HasPrefix(string(text), a.userID(t, ada)) {
				t.Errorf("read %q, %v", text, err)
			}
		})
	}
}

// TestTheWriterKeepsWhatGinsCanDo, on a real socket.
func TestTheWriterKeepsWhatGinsCanDo(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.Use(a.clerk.Attach(), a.clerk.RateLimit(1000, time.Minute), a.clerk.RequireSession())
	next := make(chan struct{})
	a.engine.GET("/flush", func(c *gin.Context) {
		c.Header("Cache-Control", "public")
		control := http.NewResponseController(c.Writer)
		if err := control.SetWriteDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Errorf("no deadline can be set: %v", err)
		}
		_, _ = io.WriteString(c.Writer, "first ")
		if err := control.Flush(); err != nil {
			t.Error(err)
		}
		<-next
		_, _ = io.WriteString(c.Writer, "second")
	})
	a.engine.GET("/hijack", func(c *gin.Context) {
		connection, _, err := http.NewResponseController(c.Writer).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(connection, "HTTP/1.1 299 Own\r\nConnection: close\r\n\r\n")
		_ = connection.Close()
	})
	a.engine.GET("/closed", func(c *gin.Context) {
		if c.Writer.CloseNotify() == nil {
			t.Error("the writer does not tell when the browser leaves")
		}
		if c.Writer.Pusher() != nil || c.Writer.Written() || c.Writer.Size() != -1 {
			t.Error("the writer is not as Gin's")
		}
		c.String(http.StatusAccepted, "x")
		if c.Writer.Status() != http.StatusAccepted || c.Writer.Size() != 1 || !c.Writer.Written() {
			t.Error("the writer does not count what was written")
		}
		c.Copy()
	})
	server := httptest.NewServer(a.engine)
	t.Cleanup(server.Close)
	token := a.token(t, ada)
	ask := func(path string) *http.Response {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = ownHost
		r.Header.Set("Authorization", "Bearer "+token)
		res, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = res.Body.Close() })
		return res
	}
	res := ask("/flush") //nolint:bodyclose // ask has it closed
	first := make([]byte, len("first "))
	if _, err := io.ReadFull(bufio.NewReader(res.Body), first); err != nil || string(first) != "first " || res.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("read %q, %v, Cache-Control %q", first, err, res.Header.Get("Cache-Control"))
	}
	close(next)
	if got := ask("/hijack"); got.StatusCode != 299 { //nolint:bodyclose // ask has it closed
		t.Errorf("the connection was not handed over: %s", got.Status)
	}
	if got := ask("/closed"); got.StatusCode != http.StatusAccepted { //nolint:bodyclose // ask has it closed
		t.Errorf("status %s", got.Status)
	}
}
