package doctor_test

import (
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/doctor"
)

func originRows() []row {
	at := func(url string, origins ...string) func(*scene) {
		return func(s *scene) {
			s.subject.URL, s.subject.Config.Origins = url, origins
			s.also("address-unreachable") // by the client of these tests
		}
	}
	live := func(url string, origins ...string) func(*scene) {
		return func(s *scene) {
			s.production(origins...)
			s.subject.URL = url
			s.also("address-unreachable")
		}
	}
	return []row{
		{"no origins are configured", "origins-unset", at("")},
		{"the address is not listed", "origin-missing", at("http://app.localhost/", "http://localhost:8080")},
		{"the address is https, the origin http", "origin-of-another-scheme", at("https://localhost:8080/", "http://localhost:8080")},
		{"the address has another port", "origin-of-another-port", at("http://localhost:3000/", "http://localhost:8080")},
		{"the address has www. in front", "origin-of-another-host", live("https://www.example.com/", "https://example.com")},
		{"the origin has www. in front", "origin-of-another-host", live("https://example.com/", "https://www.example.com")},
		{"a production instance is used over plain http", "origin-plain-http", live("", "http://app.example.com")},
		{"a production instance is used on another domain", "origin-outside-domain", live("", "https://app.example.org")},
		{"a production instance is used on a domain that ends alike", "origin-outside-domain", live("", "https://badexample.com")},
		{"development keys are used on a public address", "development-keys-in-public", at("", "https://app.example.com")},
		{"production keys are used on localhost", "production-keys-on-localhost", live("", "http://localhost:8080")},
	}
}

// TestSpellingsOfAnOrigin: what browsers take for the same origin is the same.
func TestSpellingsOfAnOrigin(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, url, origin string }{
		{"upper case", "https://APP.example.com/path?query", "https://app.example.com"},
		{"the default port", "https://app.example.com:443", "https://app.example.com"},
		{"the default port in the configuration", "https://app.example.com", "https://app.example.com:443"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			s.production(row.origin)
			s.subject.URL = row.url
			if _, ok := find(doctor.Examine(t.Context(), s.subject), "origins-fine"); !ok {
				t.Error("the origins are not fine")
			}
		})
	}
}
