package attack

import (
	"fmt"
	"io"
	"net/http"
	"strings"
)

// mostOfABody is how much of a body a guard may read of somebody whom it does not know.
const mostOfABody = 12 << 20

// sizes sends what is huge or often there. Nothing may crash, and nothing may let a stranger in.
func sizes(r *run) {
	huge := strings.Repeat("a", 1<<20)
	many := strings.Repeat
	for _, t := range r.distinct() {
		for _, row := range []struct {
			name string
			q    request
		}{
			{"a cookie of 1 MB", request{header: r.navigation("Cookie", "__session="+huge)}},
			{"ten thousand cookies", request{header: r.navigation("Cookie", many("__session=x; ", 10000))}},
			{"a thousand Cookie headers", request{header: repeated(r.navigation(), "Cookie", "__session=x; __client_uat=1", 1000)}},
			{"cookies without names", request{header: r.navigation("Cookie", "=; ==; ;;; =x; __session")}},
			{"broken escapes in cookies", request{header: r.navigation("Cookie", "__session=%zz; __client_uat=%; __clerk_db_jwt=%f; __client_uat=99999999999999999999")}},
			{"an Authorization header of 1 MB", request{header: program("Authorization", "Bearer "+huge)}},
			{"an Authorization header of dots", request{header: program("Authorization", "Bearer "+many(".", 1<<16))}},
			{"a thousand Authorization headers", request{header: repeated(program(), "Authorization", "Bearer x", 1000)}},
			{"a thousand Origin headers", request{header: repeated(r.navigation(), "Origin", "https://"+evil, 1000)}},
			{"an Accept header of 1 MB", request{header: header("Accept", many("text/html;q=0.1,", 1<<16))}},
			{"an Accept-Language header of 1 MB", request{header: r.navigation("Accept-Language", many("de-x-y;q=0.1,", 1<<16))}},
			{"a Referer of 1 MB", request{header: r.navigation("Referer", "https://"+evil+"/"+huge)}},
			{"a forwarded header of 1 MB", request{header: r.navigation("X-Forwarded-For", many("10.0.0.1,", 1<<16), "X-Forwarded-Host", huge)}},
			{"bytes that are no text", request{header: r.navigation("Origin", "\xff\xfe", "Sec-Fetch-Site", "\xff", "Hx-Current-Url", "http://[::1", "Cookie", "\xff=\xfe")}},
			{"a query of 64 KB", request{target: t.path + "?" + many("redirect_url=%2f&", 1<<12), header: r.navigation("Cookie", known)}},
			{"a query with broken escapes", request{target: t.path + "?%zz=%&;=;&redirect_url=%zz&__clerk_handshake=%", header: r.navigation("Cookie", known)}},
			{"parameters of Clerk in numbers", request{target: t.path + "?" + many("__clerk_handshake=x&__clerk_db_jwt=x&", 500), header: r.navigation("Cookie", known)}},
			{"a path of 64 KB", request{target: t.target(many("a", 1<<16)), header: r.navigation("Cookie", known)}},
			{"a form with a hundred thousand fields", request{header: r.ownForm("Cookie", known), body: strings.NewReader(many("a=b&", 100000))}},
			{"deep JSON", request{header: program("Content-Type", "application/json"), body: strings.NewReader(many("[", 100000))}},
			{"a multipart body without an end", request{header: r.navigation("Content-Type", "multipart/form-data; boundary=x", "Cookie", known), body: strings.NewReader(many("--x\r\n\r\na\r\n", 2000))}},
			{"a body that is said to be compressed", request{header: r.ownForm("Content-Encoding", "gzip", "Cookie", known), body: strings.NewReader(many("\x00", 4096))}},
		} {
			if row.q.method = t.Method; row.q.target == "" {
				row.q.target = t.path
			}
			r.sized(t, row.name, r.send(row.q))
		}
		r.endless(t)
	}
}

func repeated(h http.Header, name, value string, times int) http.Header {
	for range times {
		h.Add(name, value)
	}
	return h
}

func (r *run) sized(t *target, name string, got answer) {
	crashed := got.panicked != nil || got.status >= 500 && got.status != http.StatusServiceUnavailable && t.stranger.status < 500
	if got.unsent || !crashed && (t.Open || got.rejected()) {
		return
	}
	r.found(finding{
		kind: "size", variant: name, route: t.name(), sent: name + ", without a session", got: got.String(),
		why: "one request of anybody takes down what serves it, or passes a guard", remedy: "find out what can't take it: the panic or the log of the application tells",
	})
}

// tap is a body without an end that counts what is read of it.
type tap struct{ read int }

func (b *tap) Read(p []byte) (int, error) {
	if b.read > 2*mostOfABody {
		return 0, io.ErrUnexpectedEOF
	}
	for i := range p {
		p[i] = 'a'
	}
	b.read += len(p)
	return len(p), nil
}

// endless sends a body without an end, which a guard does not need.
func (r *run) endless(t *target) {
	if t.safe() || t.Open {
		return
	}
	body := &tap{}
	got := r.send(request{method: t.Method, target: t.path, header: r.ownForm("Cookie", known), body: body})
	if body.read > mostOfABody {
		r.found(finding{
			kind: "size", variant: "a body without an end", route: t.name(), sent: "a form without an end, and no session", got: got.String(),
			why:    fmt.Sprintf("%d MB of somebody unknown were read before they were turned away: some of these at once take the memory", body.read>>20),
			remedy: "put the guard in front of what reads the body, or limit the body with http.MaxBytesReader",
		})
	}
}
