package static_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/ginclerk/ginclerk/static"
)

func TestEmbeddedFilesAreAFileSystem(t *testing.T) {
	t.Parallel()
	files, err := static.Files()
	if err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(files, static.Stylesheet, static.Icon, static.FetchScript, static.PageScript); err != nil {
		t.Fatal(err)
	}
}

func TestEmbeddedFilesAreServedUnderTheirHashedNames(t *testing.T) {
	t.Parallel()
	assets, err := static.New()
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]string{static.Stylesheet: "text/css; charset=utf-8", static.Icon: "image/svg+xml", static.FetchScript: "text/javascript; charset=utf-8", static.PageScript: "text/javascript; charset=utf-8"}
	for name, contentType := range types {
		path := assets.Path(name)
		if path == name {
			t.Errorf("Path(%q) has no hash", name)
		}
		res := get(t, assets, http.MethodGet, "/"+path, nil)
		if res.Code != http.StatusOK || res.Header().Get("Content-Type") != contentType {
			t.Errorf("%s: got %d %q, want 200 %q", path, res.Code, res.Header().Get("Content-Type"), contentType)
		}
	}
}

func TestStylesheetLoadsNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	assets, err := static.New()
	if err != nil {
		t.Fatal(err)
	}
	css := get(t, assets, http.MethodGet, static.Stylesheet, nil).Body.String()
	for _, word := range []string{"url(", "@import", "http:", "https:"} {
		if strings.Contains(css, word) {
			t.Errorf("the style sheet contains %q", word)
		}
	}
}

// The digests are those of sha256sum(1) over the same bytes.
const (
	redDigest  = "ea159630e705"
	blueDigest = "a47fbb0034ec"
)

func TestPathHashesTheContent(t *testing.T) {
	t.Parallel()
	red := assetsOf(t, "a{color:red}")
	blue := assetsOf(t, "a{color:blue}")
	if got, want := red.Path("site.css"), "site."+redDigest+".css"; got != want {
		t.Errorf("Path = %q, want %q", got, want)
	}
	if got, want := blue.Path("site.css"), "site."+blueDigest+".css"; got != want {
		t.Errorf("Path = %q, want %q", got, want)
	}
	if got := red.Path("img/dot.svg"); !regexp.MustCompile(`^img/dot\.[0-9a-f]{12}\.svg$`).MatchString(got) {
		t.Errorf("Path of a file in a folder = %q", got)
	}
	if got := red.Path("missing.css"); got != "missing.css" {
		t.Errorf("Path of a missing file = %q, want it unchanged", got)
	}
}

func TestHandler(t *testing.T) {
	t.Parallel()
	assets := assetsOf(t, "a{color:red}")
	hashed := assets.Path("site.css")
	const year, short, none = "public, max-age=31536000, immutable", "public, max-age=300", "no-store"
	tests := []struct {
		name, method, path string
		status             int
		cache              string
	}{
		{"a hashed name is kept for a year", "GET", "/" + hashed, 200, year},
		{"a path without slash is the same file", "GET", hashed, 200, year},
		{"HEAD is like GET", "HEAD", "/" + hashed, 200, year},
		{"a plain name is kept for minutes", "GET", "/site.css", 200, short},
		{"a file in a folder is found", "GET", "/" + assets.Path("img/dot.svg"), 200, year},
		{"another hash is not found", "GET", "/site.000000000000.css", 404, none},
		{"a missing name is not found", "GET", "/missing.css", 404, none},
		{"a folder is not listed", "GET", "/img/", 404, none},
		{"a folder without slash is not listed", "GET", "/img", 404, none},
		{"the root is not listed", "GET", "/", 404, none},
		{"a way up is not found", "GET", "/img/../site.css", 404, none},
		{"a doubled slash is not found", "GET", "//site.css", 404, none},
		{"POST is refused", "POST", "/" + hashed, 405, none},
		{"OPTIONS is refused", "OPTIONS", "/" + hashed, 405, none},
		{"POST to a missing name is refused", "POST", "/missing.css", 405, none},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			res := get(t, assets, tt.method, tt.path, nil)
			if res.Code != tt.status {
				t.Errorf("status = %d, want %d", res.Code, tt.status)
			}
			if got := res.Header().Get("Cache-Control"); got != tt.cache {
				t.Errorf("Cache-Control = %q, want %q", got, tt.cache)
			}
			if got := res.Header().Get("X-Content-Type-Options"); got != "nosniff" {
				t.Errorf("X-Content-Type-Options = %q, want nosniff", got)
			}
			if got, want := res.Header().Get("Allow"), map[bool]string{true: "GET, HEAD"}[tt.status == 405]; got != want {
				t.Errorf("Allow = %q, want %q", got, want)
			}
			if tt.method == "HEAD" && res.Body.Len() != 0 {
				t.Error("HEAD has a body")
			}
		})
	}
}

func TestHandlerAnswersNotModified(t *testing.T) {
	t.Parallel()
	assets := assetsOf(t, "a{color:red}")
	etag := get(t, assets, http.MethodGet, "/site.css", nil).Header().Get("ETag")
	res := get(t, assets, http.MethodGet, "/site.css", http.Header{"If-None-Match": {etag}})
	if etag == "" || res.Code != http.StatusNotModified {
		t.Errorf("with If-None-Match %q: got %d, want 304", etag, res.Code)
	}
}

func TestHandlerBehindAPrefix(t *testing.T) {
	t.Parallel()
	assets := assetsOf(t, "a{color:red}")
	mounted := http.StripPrefix("/static", assets.Handler())
	w := httptest.NewRecorder()
	mounted.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/static/"+assets.Path("site.css"), nil))
	if w.Code != http.StatusOK || w.Body.String() != "a{color:red}" {
		t.Errorf("got %d %q, want 200 and the file", w.Code, w.Body)
	}
}

func TestNewFSRefusesAnUnknownType(t *testing.T) {
	t.Parallel()
	_, err := static.NewFS(fstest.MapFS{"page.html": {Data: []byte("<p>")}})
	if !errors.Is(err, static.ErrType) {
		t.Errorf("error = %v, want ErrType", err)
	}
}

func assetsOf(t *testing.T, css string) *static.Assets {
	t.Helper()
	assets, err := static.NewFS(fstest.MapFS{
		"site.css":    {Data: []byte(css)},
		"img/dot.svg": {Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return assets
}

// get sends a path to the handler without cleaning it. Clients clean paths, but the handler must not rely on that.
func get(t *testing.T, assets *static.Assets, method, path string, header http.Header) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "/", nil)
	r.URL.Path = path
	for name, values := range header {
		r.Header[name] = values
	}
	w := httptest.NewRecorder()
	assets.Handler().ServeHTTP(w, r)
	return w
}

// assetsNamed returns assets with one file.
func assetsNamed(t *testing.T, name string, body []byte) *static.Assets {
	t.Helper()
	assets, err := static.NewFS(fstest.MapFS{name: {Data: body}})
	if err != nil {
		t.Fatal(err)
	}
	return assets
}

func TestOwnFilesAreServedBesideTheEmbeddedOnes(t *testing.T) {
	t.Parallel()
	sheet := strings.Repeat(".a{color:red}\n", 40)
	assets, err := static.NewWith(map[string][]byte{static.Stylesheet: []byte(sheet), "logo.svg": []byte("<svg/>")})
	if err != nil {
		t.Fatal(err)
	}
	res := get(t, assets, http.MethodGet, assets.Path(static.Stylesheet), nil)
	if res.Body.String() != sheet {
		t.Error("the own style sheet does not take the place of the embedded one")
	}
	zipped := get(t, assets, http.MethodGet, assets.Path(static.Stylesheet), http.Header{"Accept-Encoding": {"gzip, br"}})
	if got := string(decoded(t, "gzip", zipped.Body.Bytes())); got != sheet || zipped.Header().Get("ETag") == res.Header().Get("ETag") {
		t.Errorf("compressed, it has %d bytes, want %d, and its own ETag", len(got), len(sheet))
	}
	if got := get(t, assets, http.MethodGet, assets.Path("logo.svg"), nil).Body.String(); got != "<svg/>" {
		t.Errorf("the own file has %q", got)
	}
	embedded, err := static.New()
	if err != nil {
		t.Fatal(err)
	}
	if got := get(t, assets, http.MethodGet, embedded.Path(static.Stylesheet), nil).Code; got != http.StatusNotFound {
		t.Errorf("the embedded style sheet is still there: %d", got)
	}
	if _, err := static.NewWith(map[string][]byte{"logo.exe": nil}); !errors.Is(err, static.ErrType) {
		t.Errorf("an unknown extension: %v", err)
	}
}
