package routematcher_test

import (
	"errors"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/internal/routematcher"
)

func TestNormalize(t *testing.T) {
	t.Parallel()
	rows := []struct{ name, path, want string }{
		{"an empty path", "", ""},
		{"a plain path", "/a/b", "/a/b"},
		{"runs of slashes", "//a///b//", "/a/b/"},
		{"an encoded letter", "/%64ash", "/dash"},
		{"an encoded dot", "/%2e%2E/x", "/../x"},
		{"an encoded percent sign, once", "/%2561", "/%61"},
		{"reserved characters stay as written", "/%2f%2F%3b%3F%3A%40%26%3D%2B%24%2C%23", "/%2f%2F%3b%3F%3A%40%26%3D%2B%24%2C%23"},
		{"an encoded slash does not make a run", "/%2F/", "/%2F/"},
		{"two, three and four bytes", "/%C3%A9%E2%82%AC%F0%9F%98%80", "/é€😀"},
		{"text that is not encoded", "/é", "/é"},
		{"the replacement character itself", "/%EF%BF%BD", "/\ufffd"},
		{"a zero byte", "/%00", "/\x00"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got, err := routematcher.Normalize(row.path); err != nil || got != row.want {
				t.Errorf("got %q, %v; want %q", got, err, row.want)
			}
		})
	}
}

func TestNormalizeRefusesTextThatIsNotEncoded(t *testing.T) {
	t.Parallel()
	rows := []struct{ name, path string }{
		{"a percent sign alone", "/%"},
		{"one digit", "/%6"},
		{"no digits", "/%zz"},
		{"a byte that starts nothing", "/%FF"},
		{"a continuation byte alone", "/%80"},
		{"half of a character", "/%C3"},
		{"half of a character and then text", "/%C3a"},
		{"half of a character and then its other half unencoded", "/%C3\xa9"},
		{"a slash in two bytes", "/%C0%AF"},
		{"half of a surrogate pair", "/%ED%A0%80"},
		{"beyond Unicode", "/%F4%90%80%80"},
		{"five bytes", "/%F8%88%80%80%80"},
		{"bytes that are no text, unencoded", "/\xff"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got, err := routematcher.Normalize(row.path); !errors.Is(err, routematcher.ErrMalformedPath) {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestNormalizeOfAPlainPathDoesNotAllocate(t *testing.T) {
	allocations := testing.AllocsPerRun(100, func() {
		if _, err := routematcher.Normalize("/dashboard/settings"); err != nil {
			t.Error(err)
		}
	})
	if allocations != 0 {
		t.Errorf("got %v allocations", allocations)
	}
}
