package static_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"github.com/ginclerk/ginclerk/static"
)

// every returns the embedded files by name.
func every(t *testing.T) map[string][]byte {
	t.Helper()
	files, err := static.Files()
	if err != nil {
		t.Fatal(err)
	}
	bodies := map[string][]byte{}
	err = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		bodies[name], err = fs.ReadFile(files, name)
		return err
	})
	if err != nil || len(bodies) < 4 {
		t.Fatalf("%d files: %v", len(bodies), err)
	}
	return bodies
}

// decoded returns the body of a response as it was before it was compressed.
func decoded(t *testing.T, coding string, body []byte) []byte {
	t.Helper()
	var r io.Reader = bytes.NewReader(body)
	switch coding {
	case "br":
		r = brotli.NewReader(r)
	case "gzip":
		unzip, err := gzip.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		r = unzip
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("%q: %v", coding, err)
	}
	return plain
}

// If this test fails after a change of a file, run make generate.
func TestEmbeddedFilesAreCompressed(t *testing.T) {
	t.Parallel()
	assets := embedded(t)
	for name, want := range every(t) {
		size := len(want)
		for _, coding := range []string{"gzip", "br"} {
			res := get(t, assets, http.MethodGet, assets.Path(name), http.Header{"Accept-Encoding": {coding}})
			if got := res.Header().Get("Content-Encoding"); got != coding {
				t.Errorf("%s: Content-Encoding %q, want %q", name, got, coding)
				continue
			}
			if !bytes.Equal(decoded(t, coding, res.Body.Bytes()), want) {
				t.Errorf("%s: %s has other content", name, coding)
			}
			if res.Body.Len() >= size {
				t.Errorf("%s: %s has %d bytes, and the better known coding %d", name, coding, res.Body.Len(), size)
			}
			size = res.Body.Len()
		}
	}
}

// The style sheet over a socket, for every kind of request.
func TestHandlerChoosesTheForm(t *testing.T) {
	t.Parallel()
	assets, css := embedded(t), every(t)[static.Stylesheet]
	address := serve(t, assets.Handler())
	const year = "public, max-age=31536000, immutable"
	digest := strings.Split(assets.Path(static.Stylesheet), ".")[1]
	tags := map[string]string{"": `"` + digest + `"`, "br": `"` + digest + `-br"`, "gzip": `"` + digest + `-gzip"`}
	tests := []struct {
		name   string
		header http.Header
		status int
		coding string
	}{
		{"a program", nil, 200, ""},
		{"a browser", http.Header{"Accept-Encoding": {"gzip, deflate, br, zstd"}}, 200, "br"},
		{"gzip alone", http.Header{"Accept-Encoding": {"gzip"}}, 200, "gzip"},
		{"two lines", http.Header{"Accept-Encoding": {"gzip;q=0.5", "br;q=0.1"}}, 200, "gzip"},
		{"Brotli refused", http.Header{"Accept-Encoding": {"br;q=0, *"}}, 200, "gzip"},
		{"gzip refused", http.Header{"Accept-Encoding": {"gzip;q=0"}}, 200, ""},
		{"the plain file refused", http.Header{"Accept-Encoding": {"identity;q=0, gzip;q=0.1"}}, 200, "gzip"},
		{"everything refused", http.Header{"Accept-Encoding": {"*;q=0"}}, 406, ""},
		{"only an unknown coding accepted", http.Header{"Accept-Encoding": {"identity;q=0, zstd"}}, 406, ""},

		{"the client has this form", http.Header{"Accept-Encoding": {"br"}, "If-None-Match": {tags["br"]}}, 304, "br"},
		{"the client has this form among others", http.Header{"Accept-Encoding": {"gzip"}, "If-None-Match": {tags["br"] + ", " + tags["gzip"]}}, 304, "gzip"},
		{"the client has another form", http.Header{"Accept-Encoding": {"br"}, "If-None-Match": {tags["gzip"]}}, 200, "br"},
		{"the client has the plain form", http.Header{"Accept-Encoding": {"br"}, "If-None-Match": {tags[""]}}, 200, "br"},
		{"the client wants the plain form and has a compressed one", http.Header{"Accept-Encoding": {"identity"}, "If-None-Match": {tags["br"]}}, 200, ""},
		{"the precondition holds for this form", http.Header{"Accept-Encoding": {"br"}, "If-Match": {tags["br"]}}, 200, "br"},
		{"the precondition is about another form", http.Header{"Accept-Encoding": {"br"}, "If-Match": {tags["gzip"]}}, 412, "br"},

		{"a range is of the plain file", http.Header{"Accept-Encoding": {"br"}, "Range": {"bytes=10-19"}}, 206, ""},
		{"a range of the plain file that the client has", http.Header{"Accept-Encoding": {"br"}, "Range": {"bytes=10-19"}, "If-Range": {tags[""]}}, 206, ""},
		{"no range of a compressed form", http.Header{"Accept-Encoding": {"br"}, "Range": {"bytes=10-19"}, "If-Range": {tags["br"]}}, 200, ""},
		{"no range where the plain file is refused", http.Header{"Accept-Encoding": {"br, identity;q=0"}, "Range": {"bytes=10-19"}}, 200, "br"},
		{"a range behind the end of the plain file", http.Header{"Accept-Encoding": {"br"}, "Range": {"bytes=99999999-"}}, 416, ""},
	}
	for _, tt := range tests {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			t.Run(tt.name+" "+method, func(t *testing.T) {
				t.Parallel()
				res := send(t, method, address+assets.Path(static.Stylesheet), tt.header)
				if res.status != tt.status {
					t.Fatalf("status %d, want %d", res.status, tt.status)
				}
				if got := res.header.Values("Vary"); len(got) != 1 || got[0] != "Accept-Encoding" {
					t.Errorf("Vary %q", got)
				}
				if tt.status == 200 || tt.status == 206 || tt.status == 304 {
					if got := res.header.Get("ETag"); got != tags[tt.coding] {
						t.Errorf("ETag %s, want %s", got, tags[tt.coding])
					}
					if got := res.header.Get("Cache-Control"); got != year {
						t.Errorf("Cache-Control %q, want %q", got, year)
					}
				}
				want := map[int]string{200: tt.coding}[tt.status]
				if got := res.header.Get("Content-Encoding"); got != want {
					t.Errorf("Content-Encoding %q, want %q", got, want)
				}
				if method == http.MethodGet && res.length >= 0 && res.length != int64(len(res.body)) {
					t.Errorf("Content-Length %d, body %d", res.length, len(res.body))
				}
				if method == http.MethodHead && len(res.body) != 0 {
					t.Error("HEAD has a body")
				}
				whole := send(t, http.MethodGet, address+assets.Path(static.Stylesheet), tt.header)
				if tt.status == 200 && (res.length <= 0 || res.length != whole.length || res.header.Get("Content-Type") != "text/css; charset=utf-8") {
					t.Errorf("Content-Length %d, Content-Type %q; GET has %d", res.length, res.header.Get("Content-Type"), whole.length)
				}
				switch {
				case method == http.MethodHead:
				case tt.status == 200 && !bytes.Equal(decoded(t, tt.coding, res.body), css):
					t.Error("the body is not the style sheet")
				case tt.status == 206 && !bytes.Equal(res.body, css[10:20]):
					t.Errorf("the range is %q, want %q", res.body, css[10:20])
				}
			})
		}
	}
}

func TestFilesOfTheProgramAreNotCompressed(t *testing.T) {
	t.Parallel()
	assets := assetsOf(t, "a{color:red}")
	for _, accept := range []string{"gzip, br", "gzip, identity;q=0", "*;q=0"} {
		res := get(t, assets, http.MethodGet, "/site.css", http.Header{"Accept-Encoding": {accept}})
		if res.Body.String() != "a{color:red}" || res.Header().Get("Content-Encoding") != "" || res.Header().Get("Vary") != "" {
			t.Errorf("%q: got %q with %v", accept, res.Body, res.Header())
		}
	}
}

// A file that was changed and not compressed again is never served in its old form.
func TestAChangedFileIsNotServedInItsOldForm(t *testing.T) {
	t.Parallel()
	changed := append([]byte("/* changed */"), every(t)[static.Stylesheet]...)
	assets := assetsNamed(t, static.Stylesheet, changed)
	res := get(t, assets, http.MethodGet, static.Stylesheet, http.Header{"Accept-Encoding": {"gzip, br"}})
	if !bytes.Equal(res.Body.Bytes(), changed) || res.Header().Get("Content-Encoding") != "" {
		t.Errorf("%d bytes, Content-Encoding %q", res.Body.Len(), res.Header().Get("Content-Encoding"))
	}
}

// Middleware that compresses everything names the coding before the handler runs. The file is compressed once.
func TestFilesAreNotCompressedTwice(t *testing.T) {
	t.Parallel()
	assets, css := embedded(t), every(t)[static.Stylesheet]
	address := serve(t, zipAll(assets.Handler()))
	res := send(t, http.MethodGet, address+assets.Path(static.Stylesheet), http.Header{"Accept-Encoding": {"gzip, br"}})
	if got := res.header.Get("Content-Encoding"); got != "gzip" || !bytes.Equal(decoded(t, "gzip", res.body), css) {
		t.Errorf("Content-Encoding %q, %d bytes", got, len(res.body))
	}
}

// zipAll compresses every response, whatever its handler says.
func zipAll(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		zip := gzip.NewWriter(w)
		next.ServeHTTP(&zipped{w, zip}, r)
		_ = zip.Close()
	})
}

type zipped struct {
	http.ResponseWriter
	zip *gzip.Writer
}

func (w *zipped) WriteHeader(status int) {
	w.Header().Del("Content-Length")
	w.ResponseWriter.WriteHeader(status)
}

func (w *zipped) Write(p []byte) (int, error) { return w.zip.Write(p) }

// serve serves a handler at the returned address.
func serve(t *testing.T, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(http.StripPrefix("/static", handler))
	t.Cleanup(server.Close)
	return server.URL + "/static/"
}

// response is a response that has been read.
type response struct {
	status int
	header http.Header
	length int64 // Content-Length; -1 if the server said none
	body   []byte
}

// send sends a request that asks for no coding by itself.
func send(t *testing.T, method, address string, header http.Header) response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		r.Header[name] = values
	}
	client := &http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("%s, Content-Length %d: %v", method, res.ContentLength, err)
	}
	return response{status: res.StatusCode, header: res.Header, length: res.ContentLength, body: body}
}

func embedded(t *testing.T) *static.Assets {
	t.Helper()
	assets, err := static.New()
	if err != nil {
		t.Fatal(err)
	}
	return assets
}
