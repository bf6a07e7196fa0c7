package main

import (
	"encoding/base64"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/gin-gonic/gin"
	"github.com/golang-jwt/jwt/v5"
)

// The address of the application, and the cookie of a browser that a development instance knows.
const (
	own        = "http://localhost:4000"
	devBrowser = "needstobeset"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.TestMode)
	goleak.VerifyTestMain(m)
}

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

func newHandler(t *testing.T, api *backend) http.Handler {
	t.Helper()
	handler, err := newApp(api.url, discard())
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

// The kinds of instances, with the names in their keys.
const (
	development = "test"
	production  = "live"
)

// state is the age of a session token.
type state int

const (
	active state = iota
	expired
	early
)

// visit is one request of a case, at its own instance.
type visit struct {
	t           *testing.T
	api         *backend
	mode        string
	frontend    string // host of the instance's Frontend API
	keyID       string
	issuer      string
	bare        bool // session tokens as in the suite: without issuer and session
	request     *http.Request
	cookies     []string
	token       string // the session token that the request presents
	wantCookies []string
}

// option changes a visit.
type option func(*visit)

// make builds the request that the options describe.
func (v *visit) make(target string, options []option) *http.Request {
	name := strings.ToLower(newID())
	v.frontend, v.keyID = "clerk."+name+".com", "ins_"+name
	v.issuer = "https://" + v.frontend
	secretKey := "sk_" + v.mode + "_" + name
	v.api.publish(secretKey, v.keyID, rightKey())
	v.request = httptest.NewRequest(http.MethodGet, own+target, http.NoBody)
	v.request.RemoteAddr = "127.0.0.1:50000"
	// The headers that Node's fetch adds.
	v.request.Header.Set("Accept", "*/*")
	v.request.Header.Set("Sec-Fetch-Mode", "cors")
	v.request.Header.Set("X-Publishable-Key", "pk_"+v.mode+"_"+base64.StdEncoding.EncodeToString([]byte(v.frontend+"$")))
	v.request.Header.Set("X-Secret-Key", secretKey)
	for _, o := range options {
		o(v)
	}
	if len(v.cookies) > 0 {
		v.request.Header.Set("Cookie", strings.Join(v.cookies, "; "))
	}
	return v.request
}

// mint signs a session token. The lifetimes are the suite's.
func (v *visit) mint(s state, extra map[string]any) (token string, issuedAt int64) {
	v.t.Helper()
	now := time.Now().Unix() + map[state]int64{active: 0, expired: -600, early: 600}[s]
	claims := jwt.MapClaims{"sub": "user_12345", "iat": now, "nbf": now - 10, "exp": now + 60}
	if !v.bare {
		claims["iss"], claims["sid"] = v.issuer, "sess_12345"
	}
	maps.Copy(claims, extra)
	return v.sign(claims), now
}

func (v *visit) sign(claims jwt.MapClaims) string {
	v.t.Helper()
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	token.Header["kid"] = v.keyID
	signed, err := token.SignedString(rightKey())
	if err != nil {
		v.t.Fatal(err)
	}
	return signed
}

// query adds a parameter to the request's URL.
func (v *visit) query(name, value string) {
	query := v.request.URL.Query()
	query.Set(name, value)
	v.request.URL.RawQuery = query.Encode()
	v.request.RequestURI = v.request.URL.RequestURI()
}
