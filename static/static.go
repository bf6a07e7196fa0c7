package static

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// Names of the files that the pages use, as [Assets.Path] takes them.
const (
	// Stylesheet is the style sheet of all pages.
	Stylesheet = "ginclerk.css"
	// Icon is the icon in the browser's tab.
	Icon = "favicon.svg"
	// FetchScript adds ginclerk.fetchWithAuth, fetchWithCustomTemplate and getToken to a page, as in Clerk's guide. Its
	// script element names the token endpoint in data-token-endpoint. In data-token-origins it lists the origins, beside the
	// page's own, to which the script may send tokens, separated by spaces.
	FetchScript = "fetchwithauth.js"
	// PageScript is the script of all pages. It closes the menu of the user button with the Escape key, counts selected devices, keeps
	// the page of a job that signs out up to date, and tells the time zone of the browser. Its script element names the path of the
	// application in data-cookie-path.
	PageScript = "pages.js"
)

// hashLength is how many hexadecimal digits of the SHA-256 a name gets: 48 bits tell the versions of a few files apart.
const hashLength = 12

// ErrType is the error for a file with an unknown extension. The package never guesses a type from content.
var ErrType = errors.New("no content type for the extension")

//go:generate go run ./internal/precompress

//go:embed assets
var embedded embed.FS

// Assets are files under hashed names. [New] and [NewFS] read them once, and they never change, so Assets are safe for
// concurrent use.
type Assets struct {
	paths map[string]string // source name to hashed name
	files map[string]file   // both names to the file
}

// file is one file with what all its responses have in common.
type file struct {
	contentType string
	hashed      bool
	plain       form
	compressed  []form // best first
}

// form is a file in one content coding. Each form has its own entity tag (RFC 9110, section 8.8.3.3).
type form struct {
	coding string
	etag   string
	body   []byte
}

// Files returns the embedded files under their source names, so that a program can replace them.
func Files() (fs.FS, error) {
	sub, err := fs.Sub(embedded, "assets")
	if err != nil {
		return nil, fmt.Errorf("static: open the embedded files: %w", err)
	}
	return sub, nil
}

// New returns the embedded files.
func New() (*Assets, error) {
	files, err := Files()
	if err != nil {
		return nil, err
	}
	return NewFS(files)
}

// NewFS returns all regular files of fsys, in memory. Files that are not the embedded ones are not compressed. NewFS fails if one can't be read, or, with [ErrType], if a name has another
// extension than css, ico, js, map, png, svg, txt, webmanifest, webp or woff2.
func NewFS(fsys fs.FS) (*Assets, error) {
	a := &Assets{paths: map[string]string{}, files: map[string]file{}}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		return a.add(fsys, name)
	})
	if err != nil {
		return nil, fmt.Errorf("static: %w", err)
	}
	return a, nil
}

// NewWith returns the embedded files and own ones, which it compresses with gzip. An own file takes the place of the embedded one with its
// name. Errors are those of [NewFS].
func NewWith(own map[string][]byte) (*Assets, error) {
	a, err := New()
	if err != nil {
		return nil, err
	}
	for name, body := range own {
		if err := a.put(name, body); err != nil {
			return nil, fmt.Errorf("static: %w", err)
		}
		if err := a.compress(name); err != nil {
			return nil, fmt.Errorf("static: compress %s: %w", name, err)
		}
	}
	return a, nil
}

// Path returns the hashed name of a file, relative to where [Assets.Handler] is mounted: "ginclerk.css" becomes
// "ginclerk.3fa9c1d20b7e.css". Path returns the name of a missing file unchanged.
func (a *Assets) Path(name string) string {
	if p, ok := a.paths[name]; ok {
		return p
	}
	return name
}

func (a *Assets) add(fsys fs.FS, name string) error {
	if _, ok := typeOf(path.Ext(name)); !ok {
		return fmt.Errorf("%s: %w", name, ErrType)
	}
	body, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	return a.put(name, body)
}

// put adds a file, in place of one that has its name.
func (a *Assets) put(name string, body []byte) error {
	contentType, ok := typeOf(path.Ext(name))
	if !ok {
		return fmt.Errorf("%s: %w", name, ErrType)
	}
	delete(a.files, a.paths[name])
	sum := sha256.Sum256(body)
	digest := hex.EncodeToString(sum[:])[:hashLength]
	hashed := hashedName(name, digest)
	f := file{
		contentType: contentType, plain: form{etag: `"` + digest + `"`, body: body}, compressed: compressedForms(hashed, digest),
	}
	a.files[name] = f
	f.hashed = true
	a.files[hashed] = f
	a.paths[name] = hashed
	return nil
}

// hashedName puts the digest before the extension.
func hashedName(name, digest string) string {
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "." + digest + ext
}

// typeOf is a closed list, so that the type depends neither on the machine's MIME tables nor on sniffing.
func typeOf(ext string) (string, bool) {
	switch strings.ToLower(ext) {
	case ".css":
		return "text/css; charset=utf-8", true
	case ".js":
		return "text/javascript; charset=utf-8", true
	case ".svg":
		return "image/svg+xml", true
	case ".png":
		return "image/png", true
	case ".webp":
		return "image/webp", true
	case ".ico":
		return "image/x-icon", true
	case ".woff2":
		return "font/woff2", true
	case ".txt":
		return "text/plain; charset=utf-8", true
	case ".map":
		return "application/json", true
	case ".webmanifest":
		return "application/manifest+json", true
	default:
		return "", false
	}
}
