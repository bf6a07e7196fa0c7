package recorder_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/recorder"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
)

const ada = "ada@example.com"

// app is an application on an embedded Clerk whose decisions are recorded.
type app struct {
	server   *clerktest.Server
	clerk    *ginclerk.Clerk
	engine   *gin.Engine
	recorder *recorder.Recorder
}

func newApp(t *testing.T, config recorder.Config, change ...func(*clerktest.Config)) *app {
	t.Helper()
	gin.SetMode(gin.TestMode)
	a := &app{server: clerktest.New(t, change...), engine: gin.New()}
	config.Now = a.server.Clock().Now
	var err error
	if a.recorder, err = recorder.New(config); err != nil {
		t.Fatal(err)
	}
	settings := gintest.Config(a.server)
	settings.Observer, settings.Logger = a.recorder, slog.New(slog.DiscardHandler)
	if a.clerk, err = ginclerk.New(settings); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.clerk.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	a.engine.Use(a.recorder.Watch(), a.clerk.Attach())
	a.engine.Any("/notes/*id", a.clerk.RequireSession(), func(c *gin.Context) { c.Status(http.StatusOK) })
	return a
}

// mount mounts the page for this machine.
func (a *app) mount(t *testing.T) *app {
	t.Helper()
	if err := a.recorder.Mount(a.engine, a.clerk, recorder.MountOptions{}); err != nil {
		t.Fatal(err)
	}
	return a
}

func (a *app) token(t *testing.T, o clerktest.TokenOptions) (token, sessionID string) {
	t.Helper()
	user, err := a.server.UserByEmail(ada)
	if err != nil {
		t.Fatal(err)
	}
	session, err := a.server.CreateSession(user.ID, clerktest.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	token, err = a.server.MintToken(session.ID, o)
	if err != nil {
		t.Fatal(err)
	}
	return token, session.ID
}

type change func(*http.Request)

func header(name, value string) change { return func(r *http.Request) { r.Header.Set(name, value) } }
func bearer(token string) change       { return header("Authorization", "Bearer "+token) }
func cookie(name, value string) change {
	return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: name, Value: value}) }
}

// here makes a request one of a program on this machine.
func here(r *http.Request) { r.RemoteAddr, r.Host = "127.0.0.1:4711", "localhost" }

func (a *app) ask(method, target string, changes ...change) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, a.server.Origins()[0]+target, http.NoBody)
	for _, c := range changes {
		c(r)
	}
	w := httptest.NewRecorder()
	a.engine.ServeHTTP(w, r)
	return w
}

func TestAnEntryIsTheStoryOfARequest(t *testing.T) {
	t.Parallel()
	a := newApp(t, recorder.Config{})
	token, sessionID := a.token(t, clerktest.TokenOptions{})
	a.ask(http.MethodGet, "/notes/1?__clerk_ticket=secret&page=2", bearer(token), cookie("theme", "dark"))
	a.ask(http.MethodGet, "/notes/2", header("Accept", "text/html"))
	entries := a.recorder.Entries()
	if len(entries) != 2 {
		t.Fatalf("%d entries: %+v", len(entries), entries)
	}
	refused, good := entries[0], entries[1]
	if good.Outcome != "signed-in" || good.Reason != "" || good.Status != http.StatusOK || good.Route != "GET /notes/*id" ||
		good.Arrived.Target != "/notes/1?__clerk_ticket=…&page=2" || good.Arrived.Token == nil || good.Arrived.Token.In != "header" || good.Arrived.Token.Left <= 0 ||
		fmt.Sprint(good.Arrived.Cookies) != "[theme]" || good.UserID == "" || good.Session == "" || good.ToDo != "" {
		t.Errorf("%+v, token %+v", good, good.Arrived.Token)
	}
	if refused.Outcome == "signed-in" || refused.Reason != "dev-browser-missing" || refused.ToDo == "" || refused.Arrived.Expects != "page" {
		t.Errorf("%+v", refused)
	}
	var steps []string
	for _, s := range good.Steps {
		steps = append(steps, s.Name)
	}
	if got := strings.Join(steps, ", "); got != "clerk called, decided, answered" && got != "clerk called, key fetched, decided, answered" {
		t.Errorf("steps %s", got)
	}
	for _, fact := range good.Facts {
		if strings.Contains(fact.Value, token[:5]) {
			t.Errorf("%s has the beginning of the token", fact.Name)
		}
	}
	written, err := json.Marshal(entries)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{token, token[:20], "secret", sessionID, a.server.SecretKey(), "dark"} {
		if strings.Contains(string(written), secret) {
			t.Errorf("%q is in the entries", secret)
		}
	}
}

// The token of an entry is the one that decides.
func TestTheTokenOfAnEntryIsTheOneThatDecides(t *testing.T) {
	t.Parallel()
	token, other := "", ""
	for name, row := range map[string]struct {
		values func() []string
		in     string // empty: none
	}{
		"a token without a scheme":      {func() []string { return []string{token} }, "header"},
		"a scheme in small letters":     {func() []string { return []string{"bearer  " + token} }, "header"},
		"several tokens decide nothing": {func() []string { return []string{"Bearer " + token, "Bearer " + token} }, ""},
		"a scheme without a token":      {func() []string { return []string{"Bearer"} }, ""},
		"credentials of another scheme": {func() []string { return []string{"Basic eDp5"} }, "cookie"},
		"without the header":            {func() []string { return nil }, "cookie"},
	} {
		a := newApp(t, recorder.Config{})
		token, _ = a.token(t, clerktest.TokenOptions{})
		other, _ = a.token(t, clerktest.TokenOptions{})
		a.ask(http.MethodGet, "/notes/1", cookie("__session", other), func(r *http.Request) { r.Header["Authorization"] = row.values() })
		got := ""
		if said := a.recorder.Entries()[0].Arrived.Token; said != nil {
			got = said.In
		}
		if got != row.in {
			t.Errorf("%s: the token is in %q, want %q", name, got, row.in)
		}
	}
}

// What a client sends is text on the page, and nothing else.
func TestWhatClientsSendIsHarmless(t *testing.T) {
	t.Parallel()
	a := newApp(t, recorder.Config{}).mount(t)
	const script = `"><script>alert(1)</script>`
	forged, _ := a.token(t, clerktest.TokenOptions{AuthorizedParty: "https://evil.example/" + script, Claims: map[string]any{"iss": script + "\x1b[31m\u202e"}})
	a.ask(http.MethodGet, "/notes/%3Cscript%3Ealert(1)%3C/script%3E?q="+"%22%3E%3Cscript%3E", bearer(forged), header("User-Agent", script), header("Sec-Fetch-Dest", script), header("Sec-Fetch-Site", script))
	a.ask(http.MethodGet, "/notes/1", cookie("x", "y"), func(r *http.Request) {
		r.Header.Set("Cookie", r.Header.Get("Cookie")+"; <script>=1; eyJhbGciOi.secret=1; __session="+forged)
		r.Header["<Script>"] = []string{"1"}
		r.URL.Path, r.URL.RawPath = "/notes/\x00\u202e<script>", ""
	})
	entries := a.recorder.Entries()
	for _, path := range []string{recorder.PagePath, recorder.PagePath + "/" + entries[0].ID, recorder.PagePath + "/" + entries[1].ID} {
		w := a.ask(http.MethodGet, path, here, header("Accept", "text/html"))
		body := w.Body.String()
		if w.Code != http.StatusOK || strings.Contains(strings.ToLower(body), "<script") || strings.ContainsAny(body, "\x00\x1b\u202e") {
			t.Errorf("%s: %d\n%s", path, w.Code, body)
		}
		if policy := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'; style-src 'self'") || strings.Contains(policy, "unsafe") {
			t.Errorf("policy %q", policy)
		}
		if w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("kept by caches: %v", w.Header())
		}
	}
	for _, e := range entries {
		if test, err := e.GoTest(); err == nil && (strings.Contains(test, "script>") || strings.Contains(test, "evil")) {
			t.Errorf("the test has what a client sent:\n%s", test)
		}
	}
	written, _ := json.Marshal(entries)
	for _, secret := range []string{forged[:40], "eyJhbGciOi"} {
		if strings.Contains(string(written), secret) {
			t.Errorf("%q is in the entries", secret)
		}
	}
}

func TestSecretsInAddressesAreNotKept(t *testing.T) {
	t.Parallel()
	a := newApp(t, recorder.Config{})
	long := strings.Repeat("s3cret", 10)
	for _, target := range []string{
		"/notes/reset/" + long, "/notes/1?token=s3cret", "/notes/1?x=eyJhbGciOi.s3cret.x", "/notes/1?" + strings.Repeat("a=b&", 2000) + "token=s3cret",
		"/notes/" + strings.Repeat("x/", 3000) + "s3cret", "/notes/1?redirect_url=https://x.example/?token=s3cret", "/notes/1?a=%zz&password=s3cret",
	} {
		a.ask(http.MethodGet, target)
	}
	for _, segment := range []string{"5ec2e7005ec2e7005ec2e7005ec2e700", "s3cret-Yx0TQ9vB-3kLmnOP", "sess_2s3cretAbCdEfGhIjKlMnOpQrStU"} {
		a.ask(http.MethodGet, "/notes/"+segment+"/edit")
		if got := a.recorder.Entries()[0].Arrived.Target; got != "/notes/…/edit" {
			t.Errorf("the target is %q", got)
		}
	}
	for _, segment := range []string{"how-to-configure-a-router", "user_2s3AbCdEfGhIjKlMnOpQrStUvWx", "42", "f81d4fae"} {
		a.ask(http.MethodGet, "/notes/"+segment)
		if got := a.recorder.Entries()[0].Arrived.Target; got != "/notes/"+segment {
			t.Errorf("the target is %q", got)
		}
	}
	written, err := json.Marshal(a.recorder.Entries())
	if err != nil || len(a.recorder.Entries()) != 14 || strings.Contains(string(written), "s3cret") {
		t.Errorf("%v, %d entries: %s", err, len(a.recorder.Entries()), written)
	}
}

func TestThePageIsForThisMachineAndDevelopment(t *testing.T) {
	t.Parallel()
	a := newApp(t, recorder.Config{}).mount(t)
	if w := a.ask(http.MethodGet, recorder.PagePath, here); w.Code != http.StatusOK {
		t.Errorf("here: %d", w.Code)
	}
	for name, elsewhere := range map[string]change{
		"another machine": func(r *http.Request) { r.RemoteAddr = "198.51.100.9:4711" },
		"a proxy here":    header("X-Forwarded-For", "127.0.0.1"),
		"a foreign name":  func(r *http.Request) { r.Host = "evil.example" },
		"a script of another site, should all origins be let in": func(r *http.Request) {
			r.Header.Set("Origin", "https://evil.example")
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			r.Header.Set("Sec-Fetch-Mode", "cors")
		},
	} {
		for _, path := range []string{recorder.PagePath, recorder.PagePath + "/1", recorder.PagePath + "/style.css", recorder.PagePath + "/1/replay_test.go"} {
			if w := a.ask(http.MethodGet, path, here, elsewhere); w.Code != http.StatusNotFound {
				t.Errorf("%s: %s: %d", name, path, w.Code)
			}
		}
	}
	live := newApp(t, recorder.Config{}, func(c *clerktest.Config) { c.Type = instance.Production })
	if err := live.recorder.Mount(live.engine, live.clerk, recorder.MountOptions{}); !errors.Is(err, recorder.ErrProduction) {
		t.Errorf("mounted on a production instance: %v", err)
	}
	if w := live.ask(http.MethodGet, recorder.PagePath, here); w.Code != http.StatusNotFound {
		t.Errorf("there is a page all the same: %d", w.Code)
	}
	unsafe := recorder.MountOptions{UnsafeProduction: true}
	if err := live.recorder.Mount(live.engine, live.clerk, unsafe); err != nil {
		t.Error(err)
	}
	guarded := newApp(t, recorder.Config{}, func(c *clerktest.Config) { c.Type = instance.Production })
	if err := guarded.recorder.Mount(guarded.engine, guarded.clerk, recorder.MountOptions{Guards: []gin.HandlerFunc{guarded.clerk.RequireSession()}}); err != nil {
		t.Fatal(err)
	}
	token, _ := guarded.token(t, clerktest.TokenOptions{})
	if w := guarded.ask(http.MethodGet, recorder.PagePath); w.Code != http.StatusUnauthorized {
		t.Errorf("nobody: %d", w.Code)
	}
	if w := guarded.ask(http.MethodGet, recorder.PagePath, bearer(token)); w.Code != http.StatusOK {
		t.Errorf("somebody: %d", w.Code)
	}
	if n := len(guarded.recorder.Entries()); n != 0 {
		t.Errorf("the page records itself: %d", n)
	}
}

// A million requests take no more memory than the first ones.
func TestTheRecorderIsBounded(t *testing.T) {
	t.Parallel()
	const limit = 64 << 10
	r, err := recorder.New(recorder.Config{Entries: 100, Bytes: limit})
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("long", 1000)
	for i := range 1_000_000 {
		e := observe.Event{Kind: observe.Decided, Reason: "reason", Route: "GET /"}
		if i%100_000 == 0 {
			e.Reason, e.Route, e.Err = long, long, errors.New(long)
		}
		r.Observe(context.Background(), e)
	}
	entries := r.Entries()
	if len(entries) == 0 || len(entries) > 100 || entries[0].ID != "1000000" {
		t.Errorf("%d entries, the last is %s", len(entries), entries[0].ID)
	}
	written, err := json.Marshal(entries)
	if err != nil || len(written) > limit {
		t.Errorf("%v, %d bytes", err, len(written))
	}
}

func TestOneRequestIsBounded(t *testing.T) {
	t.Parallel()
	a := newApp(t, recorder.Config{Entries: 3})
	var changes []change
	for i := range 1000 {
		changes = append(changes, header(fmt.Sprint("X-Name-", i), "1"), cookie(fmt.Sprint("name", i), "1"))
	}
	a.engine.GET("/busy", func(c *gin.Context) {
		for range 1000 {
			a.recorder.Observe(c.Request.Context(), observe.Event{Kind: observe.ClerkCalled, Target: strings.Repeat("x", 1000)})
		}
	})
	a.ask(http.MethodGet, "/busy", changes...)
	entries := a.recorder.Entries()
	written, err := json.Marshal(entries)
	if err != nil || len(entries) != 1 || len(entries[0].Steps) > 40 || len(written) > 32<<10 {
		t.Errorf("%v, %d entries, %d steps, %d bytes", err, len(entries), len(entries[0].Steps), len(written))
	}
}

func TestManyRequestsAtTheSameTime(t *testing.T) {
	t.Parallel()
	a := newApp(t, recorder.Config{Entries: 20}).mount(t)
	token, _ := a.token(t, clerktest.TokenOptions{})
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for i := range 50 {
				a.ask(http.MethodGet, fmt.Sprint("/notes/", i), bearer(token))
				a.ask(http.MethodGet, recorder.PagePath, here, header("Accept", "text/html"))
				for _, e := range a.recorder.Entries() {
					_, _ = a.recorder.Entry(e.ID)
				}
			}
		})
	}
	group.Wait()
	if n := len(a.recorder.Entries()); n != 20 {
		t.Errorf("%d entries", n)
	}
}

func TestTheConfigurationIsChecked(t *testing.T) {
	t.Parallel()
	for _, bad := range []recorder.Config{{Entries: -1}, {Entries: recorder.MaxEntries + 1}, {Bytes: -1}, {Bytes: recorder.MaxBytes + 1}} {
		if _, err := recorder.New(bad); err == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

// situations are requests of all kinds, with the reasons that they have to get.
func (a *app) situations(t *testing.T) map[string]func() {
	t.Helper()
	mint := func(o clerktest.TokenOptions) string {
		token, _ := a.token(t, o)
		return token
	}
	now := a.server.Clock().Now()
	page := header("Sec-Fetch-Dest", "document")
	signedIn := func(token string) []change {
		return []change{page, cookie("__clerk_db_jwt", "dvb_1"), cookie("__client_uat", "1"), cookie("__session", token)}
	}
	get := func(changes ...change) func() {
		return func() { a.ask(http.MethodGet, "/notes/1", changes...) }
	}
	return map[string]func(){
		"a good bearer token":              get(bearer(mint(clerktest.TokenOptions{}))),
		"good cookies":                     get(signedIn(mint(clerktest.TokenOptions{}))...),
		"dev-browser-missing":              get(page),
		"session-token-and-uat-missing":    get(page, cookie("__clerk_db_jwt", "dvb_1")),
		"client-uat-but-no-session-token":  get(page, cookie("__clerk_db_jwt", "dvb_1"), cookie("__client_uat", "1")),
		"session-token-but-no-client-uat":  get(page, cookie("__clerk_db_jwt", "dvb_1"), cookie("__session", mint(clerktest.TokenOptions{}))),
		"an expired bearer token":          get(bearer(mint(clerktest.TokenOptions{Lifetime: -time.Minute}))),
		"expired cookies":                  get(signedIn(mint(clerktest.TokenOptions{Lifetime: -time.Minute}))...),
		"token-invalid":                    get(bearer("garbage")),
		"token-invalid-authorized-parties": get(bearer(mint(clerktest.TokenOptions{AuthorizedParty: "https://evil.example"}))),
		"token-invalid-issuer":             get(bearer(mint(clerktest.TokenOptions{Claims: map[string]any{"iss": "https://evil.example"}}))),
		"token-invalid-signature": func() {
			token := mint(clerktest.TokenOptions{})
			get(bearer(token[:len(token)-8] + "AAAAAAAA"))()
		},
		"session-token-nbf":                   get(bearer(mint(clerktest.TokenOptions{Claims: map[string]any{"nbf": now.Add(time.Hour).Unix()}}))),
		"session-token-iat-in-the-future":     get(bearer(mint(clerktest.TokenOptions{Claims: map[string]any{"iat": now.Add(time.Hour).Unix(), "exp": now.Add(2 * time.Hour).Unix()}}))),
		"session-token-iat-before-client-uat": get(page, cookie("__clerk_db_jwt", "dvb_1"), cookie("__client_uat", fmt.Sprint(now.Add(time.Hour).Unix())), cookie("__session", mint(clerktest.TokenOptions{}))),
		"ginclerk-session-id-missing":         get(bearer(mint(clerktest.TokenOptions{Claims: map[string]any{"sid": nil}}))),
		"ginclerk-session-revoked": func() {
			token, sessionID := a.token(t, clerktest.TokenOptions{})
			if err := a.clerk.Revoke(t.Context(), revocation.Entry{SessionID: sessionID}); err != nil {
				t.Error(err)
			}
			get(bearer(token))()
		},
		"ginclerk-cross-origin-request": func() {
			a.ask(http.MethodPost, "/notes/1", append(signedIn(mint(clerktest.TokenOptions{})), header("Sec-Fetch-Site", "cross-site"))...)
		},
	}
}

// The tests that are made run as tests of this module, in a package that exists in the overlay alone.
func TestTheGoTestsOfDecisionsPass(t *testing.T) {
	t.Parallel()
	a := newApp(t, recorder.Config{})
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	overlay, want := map[string]string{}, 0
	for name, bringAbout := range a.situations(t) {
		bringAbout()
		entry := a.recorder.Entries()[0]
		if !strings.Contains(name, " ") && entry.Reason != name {
			t.Errorf("%s: decided %q", name, entry.Reason)
		}
		text, err := entry.GoTest()
		if err != nil {
			t.Errorf("%s: %v (%+v)", name, err, entry)
			continue
		}
		file := filepath.Join(t.TempDir(), "test.go")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		overlay[filepath.Join(folder, "replayed", "decision_"+entry.ID+"_test.go")] = file
		want++
	}
	replaced, err := json.Marshal(map[string]any{"Replace": overlay})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "overlay.json")
	if err := os.WriteFile(file, replaced, 0o600); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "replayed.test")
	if written, err := exec.CommandContext(t.Context(), "go", "test", "-c", "-vet=off", "-overlay", file, "-o", program, "./replayed").CombinedOutput(); err != nil {
		t.Fatalf("%v:\n%s", err, written)
	}
	written, err := exec.CommandContext(t.Context(), program, "-test.v").CombinedOutput()
	if passed := strings.Count(string(written), "--- PASS: TestDecision"); err != nil || passed != want {
		t.Errorf("%v, %d of %d pass:\n%s", err, passed, want, written)
	}
}

func TestWhatCanNotBeReplayedSaysSo(t *testing.T) {
	t.Parallel()
	for _, e := range []recorder.Entry{
		{}, {Outcome: "signed-out", Reason: "session-token-expired-refresh-session_ended"}, {Outcome: "signed-out", Reason: "of a later release"}, {Outcome: "signed-in"},
	} {
		if text, err := e.GoTest(); !errors.Is(err, recorder.ErrNotReplayable) || text != "" {
			t.Errorf("%+v: %v", e, err)
		}
	}
}

func TestProgramsGetJSON(t *testing.T) {
	t.Parallel()
	a := newApp(t, recorder.Config{}).mount(t)
	a.ask(http.MethodGet, "/notes/1")
	var list struct{ Decisions []recorder.Entry }
	if err := json.NewDecoder(a.ask(http.MethodGet, recorder.PagePath, here).Body).Decode(&list); err != nil || len(list.Decisions) != 1 {
		t.Fatalf("%v, %+v", err, list)
	}
	var one recorder.Entry
	path := recorder.PagePath + "/" + list.Decisions[0].ID
	if err := json.NewDecoder(a.ask(http.MethodGet, path, here).Body).Decode(&one); err != nil || one.Reason != list.Decisions[0].Reason || len(one.Steps) < 2 {
		t.Errorf("%v, %+v", err, one)
	}
	test, err := io.ReadAll(a.ask(http.MethodGet, path+"/replay_test.go", here).Body)
	if err != nil || !strings.Contains(string(test), "func TestDecision"+one.ID) {
		t.Errorf("%v, %s", err, test)
	}
	if w := a.ask(http.MethodGet, recorder.PagePath+"/99", here); w.Code != http.StatusNotFound {
		t.Errorf("an entry that is none: %d", w.Code)
	}
}
