package ginclerk_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/ginclerk/redisstore"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/ginclerk/token"
	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

// hidden is the secret in every value of the test below: as a key, a token, or part of one.
const hidden = "hiddenhiddenhiddenhiddenhidden12"

// spellingsOf are how a secret may be printed: as it is, in hexadecimal, in base64, and as numbers.
func spellingsOf(secret string) []string {
	numbers := strings.Trim(fmt.Sprintf("%d", []byte(secret)), "[]")
	return []string{
		secret, hex.EncodeToString([]byte(secret)), strings.ToUpper(hex.EncodeToString([]byte(secret))), fmt.Sprintf("% x", secret),
		base64.RawStdEncoding.EncodeToString([]byte(secret))[:20], numbers, strings.ReplaceAll(numbers, " ", ", "), strings.ReplaceAll(numbers, " ", ","),
		strings.Trim(fmt.Sprintf("%#v", []byte(secret)), "[]byte{}"),
	}
}

// printings are a value as text, in every way that a program may make text of it.
func printings(value any) map[string]string {
	out := map[string]string{"Sprint": fmt.Sprint(value), "Sprintln in a list": fmt.Sprintln([]any{value})}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%T %[1]v", "%w"} {
		out[verb] = fmt.Sprintf(verb, value)
	}
	out["%w"] = fmt.Errorf("%w %v", http.ErrAbortHandler, value).Error()
	held := struct {
		Public any
	}{value}
	out["in a struct"] = fmt.Sprintf("%+v %#v", held, &held)
	if text, err := json.Marshal(value); err == nil {
		out["JSON"] = string(text)
	}
	var log bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		logger := slog.New(handler)
		logger.Info("x", "value", value, slog.Group("g", slog.Any("held", held)), "list", []any{value})
	}
	out["slog"] = log.String()
	return out
}

func unsignedToken() string {
	encode := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	return encode(`{"alg":"RS256"}`) + "." + encode(`{"sub":"user_1"}`) + "." + hidden
}

// secretive are values of all types that hold a secret.
func secretive(t *testing.T) map[string]any {
	t.Helper()
	const secretKey = instance.SecretKey("sk_test_" + hidden)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	config := ginclerk.Config{
		PublishableKey: somePublishableKey(), SecretKey: string(secretKey), Origins: []string{ownOrigin}, ProxyURL: "/__clerk", CookieKeys: [][]byte{[]byte(hidden)}, Tokens: ginclerk.TokenChecks{MachineSecretKey: "ak_" + hidden},
	}
	clerk := newClerk(t, config)
	fromSecretKey := config
	fromSecretKey.CookieKeys = nil
	site, err := pages.Mount(gin.New(), clerk, pages.Options{})
	must(err)
	signOuts, err := site.SignOuts(clerk)
	must(err)
	cookies := header("Cookie", "__clerk_db_jwt="+hidden+"; __session="+unsignedToken()+"; __client="+hidden)
	values := map[string]any{
		"secret key": secretKey, "config": config, "pointer to a config": &config, "stores": config.Stores, "token checks": config.Tokens, "Clerk": clerk, "Clerk without cookie keys": newClerk(t, fromSecretKey),
		"tenants": ginclerk.NewTenants(func(*http.Request) (*ginclerk.Clerk, error) { return clerk, nil }), "site": site,
		"sessions": clerk.Sessions(), "sign-outs": signOuts,
	}
	a := &app{engine: gin.New(), clerk: clerk}
	a.engine.GET("/", clerk.Attach(), func(c *gin.Context) {
		values["browser"], values["auth"], values["auth, by value"] = serve(clerk, c).Browser(), ginclerk.From(c), *ginclerk.From(c)
	})
	a.ask(http.MethodGet, "/", fetched, cookies)

	keys := sealed.Config{Keys: [][]byte{[]byte(hidden)}, SecretKey: secretKey}
	ring, err := sealed.NewKeyring(keys)
	must(err)
	values["sealed.Config"], values["keyring"], values["keyring, by value"] = keys, ring, *ring
	lotConfig := forms.Config{Keys: [][]byte{[]byte(hidden)}, SecretKey: secretKey}
	lotConfig.Store = storage.NewMemory(storage.MemoryConfig{})
	lot, err := forms.New(lotConfig)
	must(err)
	values["forms.Config"], values["lot"], values["owner"] = lotConfig, lot, forms.Browser(hidden)
	values["form"] = forms.Form{Method: http.MethodPost, Path: "/?" + hidden, Body: []byte(hidden), Owner: forms.Browser(hidden)}

	api := clerkapi.Config{SecretKey: secretKey, MachineSecretKey: "ak_" + hidden}
	client, err := clerkapi.New(api)
	must(err)
	values["clerkapi.Config"], values["client"], values["client, by value"] = api, client, *client
	frontend := clerkapi.FrontendConfig{URL: "https://x.example", InstanceType: instance.Development, ProxyURL: "https://x.example/__clerk", SecretKey: secretKey}
	fapi, err := clerkapi.NewFrontend(frontend)
	must(err)
	values["clerkapi.FrontendConfig"], values["frontend"], values["frontend, by value"] = frontend, fapi, *fapi
	credential := clerkapi.Credential{DevBrowser: hidden, Client: hidden}
	values["credential"], values["clerkapi.Browser"] = credential, clerkapi.Browser{Credential: credential}
	values["RefreshParams"] = clerkapi.RefreshParams{ExpiredToken: hidden, RefreshToken: hidden, RequestHeaders: map[string][]string{"Cookie": {hidden}}}

	values["session.Browser"] = session.Browser{DevBrowser: hidden, Client: hidden}
	values["what holds a Clerk"] = struct{ clerk *ginclerk.Clerk }{clerk}
	values["what holds a keyring"] = &struct{ ring *sealed.Keyring }{ring}
	values["what holds clients"] = struct {
		api      *clerkapi.Client
		frontend *clerkapi.Frontend
	}{client, fapi}
	values["outgoing.Token"] = outgoing.Token{Value: hidden, Expires: time.Unix(1, 0)}
	values["authn.Refresh"] = authn.Refresh{ExpiredToken: hidden, RefreshToken: hidden, RequestHeaders: map[string][]string{"Cookie": {hidden}}}
	values["authn.Redirects"] = authn.Redirects{DevBrowserToken: hidden}
	state := authn.State{Status: authn.SignedIn, Token: hidden, Header: http.Header{"Set-Cookie": {"__session=" + hidden}}}
	values["state"], values["state, by value"] = &state, state
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/?__session="+hidden, nil)
	must(err)
	request.Header.Set("Cookie", "__session="+hidden)
	values["authn.Request"] = authn.Request{HTTP: request}
	unverified, err := token.Read(unsignedToken())
	must(err)
	values["unverified token"], values["unverified token, by value"] = unverified, *unverified

	hooks := webhook.Config{Secrets: []string{"whsec_" + base64.StdEncoding.EncodeToString([]byte(hidden))}, Revocations: revocation.NewSet(time.Now)}
	receiver, err := webhook.New(hooks)
	must(err)
	values["webhook.Config"], values["receiver"], values["receiver, by value"] = hooks, receiver, *receiver
	remote := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", Username: hidden, Password: hidden})
	t.Cleanup(func() { must(remote.Close()) })
	stored := redisstore.Config{Client: remote}
	values["redisstore.Config"], values["redisstore.Store"] = stored, redisstore.NewStore(stored)
	return values
}

// TestNothingSecretIsPrinted, in whatever way a program makes text of a value.
func TestNothingSecretIsPrinted(t *testing.T) {
	t.Parallel()
	spellings := spellingsOf(hidden)
	for name, value := range secretive(t) {
		for way, text := range printings(value) {
			for _, spelling := range spellings {
				if strings.Contains(text, spelling) {
					t.Errorf("%s as %s shows it: %.300s", name, way, text)
					break
				}
			}
		}
	}
}

// TestTheTokenOfASignedInUserIsNotPrinted, with what a handler has at hand: Gin's keys hold the same values.
func TestTheTokenOfASignedInUserIsNotPrinted(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	raw := a.token(t, ada)
	a.engine.GET("/", a.clerk.RequireSession(), func(c *gin.Context) {
		auth := ginclerk.From(c)
		for name, value := range map[string]any{
			"auth": auth, "auth, by value": *auth, "what holds it": struct{ auth *ginclerk.Auth }{auth}, "Gin's keys": c.Keys,
			"the context": ginclerk.FromContext(c),
		} {
			for way, text := range printings(value) {
				if strings.Contains(text, raw[strings.LastIndex(raw, "."):]) {
					t.Errorf("%s as %s shows the token", name, way)
				}
			}
		}
		if got := fmt.Sprint(auth); !strings.Contains(got, auth.UserID) {
			t.Errorf("an auth is printed as %s, want the user", got)
		}
	})
	a.ask(http.MethodGet, "/", program, bearer(raw)).wantStatus(t, http.StatusOK)
}

// TestTheTestSeesWhatIsPrinted: values that hide nothing are found out.
func TestTheTestSeesWhatIsPrinted(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]any{
		"a string": hidden, "bytes": []byte(hidden), "a struct": struct{ Key []byte }{[]byte(hidden)}, "an unexported key": struct{ key instance.SecretKey }{hidden},
	} {
		found := 0
		for _, text := range printings(value) {
			for _, spelling := range spellingsOf(hidden) {
				if strings.Contains(text, spelling) {
					found++
					break
				}
			}
		}
		if found < 10 {
			t.Errorf("%s is found in %d printings", name, found)
		}
	}
}
