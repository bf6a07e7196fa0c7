package static

import (
	"net/http"
	"strings"
)

// How long a browser may keep a file: one with a hashed name for a year, one with a plain name for five minutes.
const (
	cacheHashed = "public, max-age=31536000, immutable"
	cachePlain  = "public, max-age=300"
	cacheNone   = "no-store"
)

// Handler serves a file by the path of the request, without the prefix of the mount ([http.StripPrefix]). The path may begin
// with a slash. It answers GET and HEAD, also conditional and range requests, and answers other methods with 405. A path that
// is not exactly the name of a file gets 404. It never lists folders. It is safe for concurrent use.
//
// A client that accepts Brotli or gzip gets the embedded files compressed, each form with its own ETag. Ranges are those of the
// file that is not compressed. A client that accepts no form of such a file gets 406 (RFC 9110, section 12.5.3).
func (a *Assets) Handler() http.Handler {
	return http.HandlerFunc(a.serve)
}

func (a *Assets) serve(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		refuse(w, http.StatusMethodNotAllowed)
		return
	}
	f, ok := a.files[strings.TrimPrefix(r.URL.Path, "/")]
	if !ok {
		refuse(w, http.StatusNotFound)
		return
	}
	if len(f.compressed) > 0 {
		header.Add("Vary", "Accept-Encoding")
	}
	chosen, ok := f.choose(r, header)
	if !ok {
		refuse(w, http.StatusNotAcceptable)
		return
	}
	header.Set("Content-Type", f.contentType)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("ETag", chosen.etag)
	header.Set("Cache-Control", cachePlain)
	if f.hashed {
		header.Set("Cache-Control", cacheHashed)
	}
	chosen.send(w, r)
}

// refuse sends a short answer that no cache may keep, because a name that is missing now may exist after the next deployment.
func refuse(w http.ResponseWriter, status int) {
	w.Header().Set("Cache-Control", cacheNone)
	http.Error(w, strings.ToLower(http.StatusText(status)), status)
}
