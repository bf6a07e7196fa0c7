package party_test

import (
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/internal/party"
)

func TestWhatIsAParty(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, text, problem string // no problem: it is one
	}{
		{"a site", "https://app.example.com", ""},
		{"a site with a port", "http://localhost:3000", ""},
		{"a desktop program", "tauri://localhost", ""},
		{"a mobile program", "capacitor://localhost", ""},
		{"a browser extension", "chrome-extension://abcdefghijklmnopabcdefghijklmnop", ""},
		{"an extension with an id of another form", "moz-extension://0a1b2c3d-0000-4000-8000-000000000000", ""},
		{"hosts of previews", "https://*.preview.example.com", ""},
		{"hosts of previews with a name in front", "https://pr-*.preview.example.com", ""},
		{"hosts of previews with a name behind", "https://*-shop.preview.example.com", ""},
		{"no scheme", "app.example.com", "write https://app.example.com"},
		{"nothing", "", "is empty"},
		{"the origin of what has none", "null", "such as https://"},
		{"a path", "https://app.example.com/login", "nothing behind"},
		{"a program with a path", "tauri://localhost/index.html", "without a path"},
		{"a program with a star", "tauri://*.localhost", "without a path"},
		{"files", "file://", "must begin with"},
		{"a program in upper case", "Tauri://localhost", "http"},
		{"a star for everything", "https://*", "one star"},
		{"a star for a top-level domain", "https://*.com", "sites of others"},
		{"a star below a country's suffix", "https://*.co.uk", "sites of others"},
		{"a star where anyone can deploy", "https://*.vercel.app", "sites of others"},
		{"a star with a name where anyone can deploy", "https://*-shop.vercel.app", "sites of others"},
		{"two stars", "https://*.*.example.com", "one star"},
		{"a star in the second part", "https://a.*.example.com", "one star"},
		{"a star in the port", "https://app.example.com:*", "one star"},
		{"a port behind a star", "https://*.preview.example.com:8443", "without a port"},
		{"a star on plain http", "http://*.preview.example.com", "list each"},
		{"a domain in upper case behind a star", "https://*.Preview.example.com", "as browsers write it"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			_, err := party.Parse([]string{row.text}, false)
			if row.problem == "" && err != nil || row.problem != "" && (err == nil || !strings.Contains(err.Error(), row.problem)) {
				t.Errorf("%q: %v, want %q", row.text, err, row.problem)
			}
		})
	}
}

func TestWhichPartiesAreAccepted(t *testing.T) {
	t.Parallel()
	set, err := party.Parse([]string{"https://app.example.com", "tauri://localhost", "https://pr-*.preview.example.com"}, false)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"https://app.example.com":                                        true,
		"tauri://localhost":                                              true,
		"https://pr-12.preview.example.com":                              true,
		"https://pr-a-b.preview.example.com":                             true,
		"":                                                               false,
		"https://pr-.preview.example.com":                                false,
		"https://pr-12.preview.example.com:8443":                         false,
		"https://pr-12.preview.example.com/":                             false,
		"https://pr-1.evil.preview.example.com":                          false,
		"https://evil.com/pr-1.preview.example.com":                      false,
		"https://pr-1@evil.com#.preview.example.com":                     false,
		"http://pr-12.preview.example.com":                               false,
		"https://pr-12.preview.example.com.evil.com":                     false,
		"https://evilpr-12.preview.example.com":                          false,
		"https://pr-É.preview.example.com":                               false,
		"https://pr-%2e.preview.example.com":                             false,
		"https://pr-12.preview.example.com\n":                            false,
		"tauri://localhost.evil.com":                                     false,
		"https://pr-" + strings.Repeat("a", 64) + ".preview.example.com": false,
	} {
		if got := set.Accepts(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestATokenWithoutAPartyIsAcceptedWhereThatIsSaid(t *testing.T) {
	t.Parallel()
	set, err := party.Parse(nil, true)
	if err != nil || !set.Accepts("") || set.Accepts("https://app.example.com") {
		t.Errorf("without a party: %v, with one: %v, %v", set.Accepts(""), set.Accepts("https://app.example.com"), err)
	}
}

// FuzzPattern: what a pattern accepts is a host of https with the fixed texts around one part of a label.
func FuzzPattern(f *testing.F) {
	f.Add("https://pr-1.preview.example.com")
	f.Add("https://pr-1.evil.preview.example.com")
	set, err := party.Parse([]string{"https://pr-*.preview.example.com"}, false)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !set.Accepts(text) {
			return
		}
		host, https := strings.CutPrefix(text, "https://")
		if !https || strings.ContainsAny(host, "/:@?#%\\ ") || strings.Count(host, ".") != 3 || !strings.HasSuffix(host, ".preview.example.com") {
			t.Errorf("%q is accepted", text)
		}
	})
}
