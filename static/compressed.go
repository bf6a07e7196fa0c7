package static

import (
	"bytes"
	"compress/gzip"
	"embed"
	"net/http"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/internal/contentcoding"
)

// precompressed has the embedded files in each coding. A name has the hash of the content that was compressed, so content that was
// changed since is never served in an old form. TestEmbeddedFilesAreCompressed fails until they are generated again.
//
//go:embed compressed
var precompressed embed.FS

// compressedForms returns the compressed forms of a file, the smallest first. A file that is not embedded has none.
func compressedForms(hashed, digest string) []form {
	var forms []form
	for _, one := range []struct{ coding, extension string }{{contentcoding.Brotli, ".br"}, {contentcoding.Gzip, ".gz"}} {
		if body, err := precompressed.ReadFile("compressed/" + hashed + one.extension); err == nil {
			forms = append(forms, form{coding: one.coding, etag: `"` + digest + "-" + one.coding + `"`, body: body})
		}
	}
	return forms
}

// compress adds the gzip form of a file, if it is smaller and the file has no compressed form yet.
func (a *Assets) compress(name string) error {
	hashed := a.paths[name]
	f := a.files[hashed]
	if len(f.compressed) > 0 {
		return nil
	}
	var body bytes.Buffer
	zip, err := gzip.NewWriterLevel(&body, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := zip.Write(f.plain.body); err != nil {
		return err
	}
	if err := zip.Close(); err != nil {
		return err
	}
	if body.Len() >= len(f.plain.body) {
		return nil
	}
	etag := strings.TrimSuffix(f.plain.etag, `"`) + "-" + contentcoding.Gzip + `"`
	zipped := []form{{coding: contentcoding.Gzip, etag: etag, body: body.Bytes()}}
	for _, path := range []string{name, hashed} {
		f := a.files[path]
		f.compressed = zipped
		a.files[path] = f
	}
	return nil
}

// choose returns the form that the client prefers. It returns false if the client accepts none. A file with one form gives no choice.
func (f file) choose(r *http.Request, header http.Header) (form, bool) {
	compressing := header.Get("Content-Encoding") != "" // other middleware does
	if len(f.compressed) == 0 || compressing {
		return f.plain, true
	}
	accept := r.Header.Values("Accept-Encoding")
	if r.Header.Get("Range") != "" {
		if _, ok := contentcoding.Choose(accept); ok {
			return f.plain, true
		}
	}
	offered := make([]string, 0, len(f.compressed))
	for _, one := range f.compressed {
		offered = append(offered, one.coding)
	}
	coding, ok := contentcoding.Choose(accept, offered...)
	for _, one := range f.compressed {
		if one.coding == coding {
			return one, true
		}
	}
	return f.plain, ok
}

// send answers conditional, range and HEAD requests, too.
func (f form) send(w http.ResponseWriter, r *http.Request) {
	if f.coding != contentcoding.Identity {
		w = &encoded{ResponseWriter: w, coding: f.coding}
		r = withoutRange(r)
	}
	// The name and the time are empty: the handler has set the type, and embedded files have no time.
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.body))
}

// encoded names the coding when the file is sent, and not on 304 or 412. http.ServeContent sets no Content-Length if the coding is
// named before.
type encoded struct {
	http.ResponseWriter
	coding string
}

func (e *encoded) WriteHeader(status int) {
	if status == http.StatusOK {
		e.Header().Set("Content-Encoding", e.coding)
	}
	e.ResponseWriter.WriteHeader(status)
}

// withoutRange returns the request for the whole file. A server may ignore Range (RFC 9110, section 14.2).
func withoutRange(r *http.Request) *http.Request {
	if r.Header.Get("Range") == "" {
		return r
	}
	whole := new(http.Request)
	*whole = *r
	whole.Header = r.Header.Clone()
	whole.Header.Del("Range")
	return whole
}
