package ginclerk_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

func TestMaskTarget(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ target, want string }{
		{"/", "/"},
		{"/a?b=c&d=e", "/a?b=c&d=e"},
		{"/a?page=2&q=x%20y", "/a?page=2&q=x%20y"},
		{"/a?flag&b=c", "/a?flag&b=c"},
		{"/a?__session=secret", "/a?__session=…"},
		{"/a?x=1&__session_x1y2=secret&y=2", "/a?x=1&__session_x1y2=…&y=2"},
		{"/a?%5F%5Fsession=secret", "/a?%5F%5Fsession=…"},
		{"/a?%5f_clerk_handshake=secret", "/a?%5f_clerk_handshake=…"},
		{"/a?__CLERK_TICKET=secret", "/a?__CLERK_TICKET=…"},
		{"/a?__clerk_db_jwt=secret;__client=secret", "/a?__clerk_db_jwt=…&__client=…"},
		{"/a?__clerk_handshake_nonce=secret", "/a?__clerk_handshake_nonce=…"},
		{"/v1/oauth_callback?code=secret&state=secret", "/v1/oauth_callback?code=…&state=…"},
		{"/v1/client?rotating_token_nonce=secret&_method=GET", "/v1/client?rotating_token_nonce=…&_method=GET"},
		{"/sign-in?redirect_url=https%3A%2F%2Fx%2F%3F__clerk_handshake%3Dsecret", "/sign-in?redirect_url=…"},
		{"/sign-in?after_sign_in_url=%2F%3Fsecret", "/sign-in?after_sign_in_url=…"},
		{"/sign-in?next=%2F%3F__session%3Dsecret", "/sign-in?next=…"},
		{"/a?x=eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.secret", "/a?x=…"},
		{"/a?eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.secret", "/a?…"},
		{"/a?%zz=secret", "/a?%zz=…"},
		{"/a?x=%zzsecret", "/a?x=…"},
		{"/a?access_token=s", "/a?access_token=…"},
		{"/a?b=c?__session=secret", "/a?b=…"},
	} {
		got := ginclerk.MaskTarget(row.target)
		if got != row.want {
			t.Errorf("%s is shown as %s, want %s", row.target, got, row.want)
		}
		if strings.Contains(got, "secret") {
			t.Errorf("%s is shown as %s", row.target, got)
		}
	}
}

// TestGinsLoggerWithMaskedTargets: a handshake on its way through an application leaves no token in its access log.
func TestGinsLoggerWithMaskedTargets(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	var log bytes.Buffer
	a.engine.Use(gin.LoggerWithConfig(gin.LoggerConfig{Output: &log, Formatter: func(p gin.LogFormatterParams) string {
		return fmt.Sprintf("%d %s %s\n", p.StatusCode, p.Method, ginclerk.MaskTarget(p.Path))
	}}))
	a.clerk.MountProxy(a.engine)
	a.guarded(a.clerk.RequireSession())
	v := a.visitor(t, ada)
	for name := range v.cookies {
		if strings.HasPrefix(name, "__session") || strings.HasPrefix(name, "__refresh") {
			delete(v.cookies, name)
		}
	}
	var secrets []string
	for _, got := range v.visit(t, "/guarded?x=1") {
		u, err := url.ParseRequestURI(got.request.RequestURI)
		if err != nil {
			t.Fatal(err)
		}
		for name, values := range u.Query() {
			if strings.HasPrefix(name, "__clerk") {
				secrets = append(secrets, values...)
			}
		}
	}
	a.ask(http.MethodGet, "/?__session="+a.token(t, bob), program)
	if len(secrets) == 0 || strings.Count(log.String(), "\n") < 3 {
		t.Fatalf("no handshake was seen: %s", &log)
	}
	for _, secret := range append(secrets, a.token(t, bob)) {
		if len(secret) > 4 && strings.Contains(log.String(), secret) {
			t.Errorf("the log shows %s", secret)
		}
	}
	if !strings.Contains(log.String(), "/guarded?x=1\n") {
		t.Errorf("the log does not show what it may: %s", &log)
	}
}
