package sentpath_test

import (
	"net/url"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/internal/sentpath"
)

func TestOf(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]string{
		"/a/b": "/a/b", "/a%2Fb": "/a%2Fb", "/a%2fb^": "/a%2fb%5E", "/a%2fb|\\": "/a%2fb%7C%5C", "/%61": "/%61", "/a b": "/a%20b", "/ü": "/%C3%BC",
		"/a%2f[]": "/a%2f[]", "/%252f": "/%252f", "/a#b": "/a%23b", "/%2f#": "/%2f%23", "//a": "//a", "/é%2f": "/%C3%A9%2f",
	} {
		u, err := url.ParseRequestURI(sent)
		if err != nil {
			t.Fatal(err)
		}
		if got := sentpath.Of(u); got != want {
			t.Errorf("%q: got %q, want %q", sent, got, want)
		}
	}
}

func TestAPathThatWasChangedIsEncodedAnew(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"/old%2Fpath", "/%", "/%zz"} {
		if got := sentpath.Of(&url.URL{Path: "/new path", RawPath: raw}); got != "/new%20path" {
			t.Errorf("%q: got %q", raw, got)
		}
	}
}

func TestTarget(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]string{"/a%2fb^?x=1": "/a%2fb%5E?x=1", "/": "/", "/?": "/", "//a?b": "//a?b", "/a?b#c&d=#": "/a?b%23c&d=%23"} {
		u, err := url.ParseRequestURI(sent)
		if err != nil {
			t.Fatal(err)
		}
		if got := sentpath.Target(u); got != want {
			t.Errorf("%q: got %q, want %q", sent, got, want)
		}
	}
}
