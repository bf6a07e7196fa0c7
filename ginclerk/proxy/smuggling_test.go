package proxy_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What only a proxy may say, in every spelling that a server behind it could take for it.
func TestHeadersOfProxiesDoNotReachClerk(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"X-Forwarded-Port", "X-Forwarded-Scheme", "X-Forwarded-Ssl", "X-Forwarded-Server", "X-Forwarded-Prefix", "X-Forwarded-Client-Cert",
		"X-Forwarded", "X_Forwarded_For", "X_forwarded-Host", "Clerk_Secret_Key", "Clerk_proxy-Url", "Cf_Connecting_Ip", "X_Real_Ip", "True_Client_Ip",
	} {
		f := newFrontendAPI(t, nil)
		ask(f.before(t), http.MethodGet, "/__clerk/v1/client", nil, name, "192.0.2.66")
		for got, values := range f.only(t).Header {
			if strings.EqualFold(got, name) || strings.Contains(strings.Join(values, " "), "192.0.2.66") {
				t.Errorf("%s reaches Clerk: %s: %q", name, got, values)
			}
		}
	}
}

// Credentials of HTTP's own schemes are for the application, or for a proxy in front of it. Clerk's are a bearer token, or of native
// programs a token alone.
func TestCredentialsThatAreNotClerks(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]string{
		"Bearer abc": "Bearer abc", "bearer abc": "bearer abc", "eyJhbGciOi.e30.c2ln": "eyJhbGciOi.e30.c2ln", "": "",
		"Basic YTpi": "", "basic YTpi": "", "BASIC\tYTpi": "", `Digest username="ada", response="x"`: "", "Negotiate YII=": "", "NTLM TlRM": "",
	} {
		f := newFrontendAPI(t, nil)
		ask(f.before(t), http.MethodGet, "/__clerk/v1/client", nil, "Authorization", sent)
		if got := f.only(t).Header.Get("Authorization"); got != want {
			t.Errorf("%q: Clerk gets %q, want %q", sent, got, want)
		}
	}
	f := newFrontendAPI(t, nil)
	ask(f.before(t), http.MethodGet, "/__clerk/v1/client", nil, "Authorization", "Bearer abc", "Authorization", "Basic YTpi")
	if diff := cmp.Diff([]string{"Bearer abc"}, f.only(t).Header["Authorization"]); diff != "" {
		t.Error(diff)
	}
}

// HTTP/2 lets blanks and "#" stand in a query. In a request line of HTTP/1.1 they would end it.
func TestAQueryThatWouldEndTheRequestLine(t *testing.T) {
	t.Parallel()
	f := newFrontendAPI(t, nil)
	p := f.before(t)
	ask(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.URL.RawQuery = "a=1 HTTP/1.1#b"
		p.ServeHTTP(w, r)
	}), http.MethodGet, "/__clerk/v1/client", nil)
	if got := f.only(t).RequestURI; got != "/v1/client?a=1%20HTTP/1.1%23b" {
		t.Errorf("asked %s", got)
	}
}

// raw sends text to a server that serves the proxy, and returns the status of the first answer.
func raw(t *testing.T, handler http.Handler, text string) (status int) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	connection, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	if _, err := io.WriteString(connection, text); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

// After an upgrade the proxy would pass on bytes that it does not read: requests without the headers that it sets.
func TestNoProtocolIsSwitched(t *testing.T) {
	t.Parallel()
	for _, protocol := range []string{"websocket", "h2c", "HTTP/2.0", "WebSocket, h2c"} {
		f := newFrontendAPI(t, func(w http.ResponseWriter, r *http.Request) {
			if wanted := r.Header.Get("Upgrade"); wanted != "" {
				w.Header().Set("Connection", "Upgrade")
				w.Header().Set("Upgrade", wanted)
				w.WriteHeader(http.StatusSwitchingProtocols)
			}
		})
		status := raw(t, f.before(t), "GET /__clerk/v1/client HTTP/1.1\r\nHost: "+ownHost+"\r\nConnection: Upgrade, HTTP2-Settings\r\n"+
			"HTTP2-Settings: AAMAAABkAAQAAP__\r\nUpgrade: "+protocol+"\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
		if asked := f.only(t); status != http.StatusOK || asked.Header.Get("Upgrade") != "" || asked.Header.Get("Connection") != "" {
			t.Errorf("%s: answered %d, asked for %q", protocol, status, asked.Header.Get("Upgrade"))
		}
	}
}

// A server that switches although nobody asked for it gets no connection, either.
func TestAnUnaskedSwitchIsAnOutage(t *testing.T) {
	t.Parallel()
	f := newFrontendAPI(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "websocket")
		w.WriteHeader(http.StatusSwitchingProtocols)
	})
	status := raw(t, f.before(t), "GET /__clerk/v1/client HTTP/1.1\r\nHost: "+ownHost+"\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	if status != http.StatusBadGateway {
		t.Errorf("answered %d", status)
	}
}

func TestBodiesThatTwoServersCouldReadDifferently(t *testing.T) {
	t.Parallel()
	const hidden = "GET /__clerk/v1/hidden HTTP/1.1\r\nHost: " + ownHost + "\r\n\r\n"
	for _, row := range []struct{ name, head, body, want string }{
		{"a length beside chunks", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "3\r\na=1\r\n0\r\n\r\n", "a=1"},
		{"two lengths", "Content-Length: 3\r\nContent-Length: 60\r\n", "a=1" + hidden, ""},
		{"a length with a sign", "Content-Length: +3\r\n", "a=1" + hidden, ""},
		{"chunks in another spelling", "Transfer-Encoding: xchunked\r\n", "3\r\na=1\r\n0\r\n\r\n", ""},
		{"chunks twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "3\r\na=1\r\n0\r\n\r\n", ""},
		{"chunks that are compressed", "Transfer-Encoding: gzip, chunked\r\n", "3\r\na=1\r\n0\r\n\r\n", ""},
		{"a header behind the body", "Transfer-Encoding: chunked\r\nTrailer: Clerk-Secret-Key, X-Forwarded-For\r\n", "3\r\na=1\r\n0\r\nClerk-Secret-Key: sk_live_forged\r\nX-Forwarded-For: 192.0.2.66\r\n\r\n", "a=1"},
		{"a header that is folded", "X-A: b\r\n Clerk-Secret-Key: sk_live_forged\r\nContent-Length: 3\r\n", "a=1", "a=1"},
		{"a blank before the colon", "Clerk-Secret-Key : sk_live_forged\r\nContent-Length: 3\r\n", "a=1", ""},
		{"hop-by-hop headers that are the proxy's own", "Connection: close, Clerk-Secret-Key, Clerk-Proxy-Url, X-Forwarded-For\r\nContent-Length: 3\r\n", "a=1", "a=1"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			f := newFrontendAPI(t, nil)
			status := raw(t, f.before(t), "POST /__clerk/v1/client HTTP/1.1\r\nHost: "+ownHost+"\r\n"+row.head+"\r\n"+row.body)
			if row.want == "" {
				if status < http.StatusBadRequest || f.requests() > 0 {
					t.Errorf("answered %d, asked %d times", status, f.requests())
				}
				return
			}
			asked := f.only(t)
			if status != http.StatusOK || f.bodies[0] != row.want {
				t.Errorf("answered %d, asked with %q", status, f.bodies[0])
			}
			if diff := cmp.Diff([]string{secretKey}, asked.Header["Clerk-Secret-Key"]); diff != "" {
				t.Error(diff)
			}
			if len(asked.Trailer) > 0 || len(asked.Header["X-Forwarded-For"]) != 1 || asked.Header.Get("Clerk-Proxy-Url") == "" {
				t.Errorf("asked with %v, and behind the body %v", asked.Header, asked.Trailer)
			}
		})
	}
}

// The secret key goes to Clerk and nowhere else, also if a server that echoes what it gets stands in between.
func TestTheSecretKeyIsInNoAnswer(t *testing.T) {
	t.Parallel()
	f := newFrontendAPI(t, func(w http.ResponseWriter, r *http.Request) {
		for name, values := range r.Header {
			w.Header()[name] = values
		}
		w.Header().Set("X-Debug", "asked with "+r.Header.Get("Clerk-Secret-Key"))
		w.Header().Set("X-Clerk-Trace-Id", "trace")
	})
	got := ask(f.before(t), http.MethodGet, "/__clerk/v1/client", nil)
	for name, values := range got.Header() {
		if strings.HasPrefix(name, "Clerk-Secret") || strings.Contains(strings.Join(values, " "), secretKey) {
			t.Errorf("%s: %q", name, values)
		}
	}
	if got.Header().Get("X-Clerk-Trace-Id") != "trace" {
		t.Errorf("the other headers are gone, too: %v", got.Header())
	}
}

// Some servers read methods whatever their letter case.
func TestNoSpellingOfTraceIsForwarded(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"TRACE", "trace", "Trace", "TRACK", "track", "connect"} {
		f := newFrontendAPI(t, nil)
		if got := ask(f.before(t), method, "/__clerk/v1/client", nil); got.Code != http.StatusBadRequest || f.requests() > 0 {
			t.Errorf("%s: answered %d, asked %d times", method, got.Code, f.requests())
		}
	}
}
