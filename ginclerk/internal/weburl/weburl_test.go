package weburl_test

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	whatwg "github.com/nlnwa/whatwg-url/url"

	"github.com/ginclerk/ginclerk/ginclerk/internal/weburl"
)

func addresses() []string {
	return []string{
		"https://app.example.com/dash?x=1", "http://localhost:8080/", "https://app.example.com", "HTTPS://App.Example.COM:443/A/../b/./c",
		"http://a:80/", "http://a:0080/", "http://a:65536/", "http://a:/x", "http://a:x/", "http://u:p@a/", "http://u:@a/", "http://:@a/", "http://@a/",
		"http://a@b@c:d@e/f@g", "http://u:p:q;=@a/", "http:a/b", "http:\\\\a\\b\\..\\c", "http:////a//b///c", "  https://a/ \t", "ht\ntps://a/\r\nb",
		"https://a/%2e%2E/%2e/.%2e/x/%2e", "https://a/b/..", "https://a/b/.", "https://a/..//../", "https://a/ \"#<>?`{}^|\\%zz%2f", "https://a?b='\"<>`{}#c`<>'",
		"https://a/?", "https://a/#", "https://a/?#", "https://a#b?c", "https://a?b?c#d#e", "https://[::1]:8080/x", "https://[::1/", "https://[1:2::3.4.5.6]/", "https://1.2.3/",
		"https://0x7f.1/", "https://1.2.3.4.5/", "https://a.1/", "https://xn--bcher-kva.example/", "https://Bücher.example/", "https://a..b/", "https://.a/", "https://a./", "https://a_b/",
		"https://a b/", "https://a%20b/", "https://%61.example/", "https://ex\u00adample.com/", "https://\u2100.example/", "https:///", "https://", "https:", "//a/b", "/a", "a", "", "?x", "#x",
		"javascript:alert(1)", "ftp://a:21/x", "ws://a:80/", "wss://a:443/", "wss://a:80", "ftp:b", "http0:000", "file:///x", "android-app://com.example/", "https://a/\xff\xc3\x28é€", "https://a/?\xffé", "https://a\x00b/", "https://a/\x00\x7f", "https:/a/b", "https:b/c", "http:b", "\\x", "/\\evil.example", "..", "./..", "x/../../y",
		"https://-a.example/", "https://a-.example/", "https://a.example-/", "https://xn--/", "https://a.xn--a/", "https://a.b.0/", "https://a.b.0x/", "https://a:1@b:2@c", "https://a]b:80/", "https://]/",
	}
}

// github.com/nlnwa/whatwg-url passes the standard's own tests.
func TestAddressesAreReadAsTheStandardSays(t *testing.T) {
	t.Parallel()
	for _, text := range addresses() {
		sameAddress(t, text)
		for _, base := range []string{"https://app.example.com/dash/board?x=1#y", "http://a/", "http://u:p@a:8080/b//"} {
			sameReference(t, base, text)
		}
	}
}

func sameAddress(t *testing.T, text string) {
	t.Helper()
	want, wantErr := whatwg.Parse(text)
	got, err := weburl.Parse(text)
	origin, hostname, originErr := weburl.Origin(text)
	if wantErr != nil || !hasHost(want.Scheme()) {
		if !errors.Is(err, weburl.ErrUnreadable) {
			t.Errorf("%q is read as %q; the standard refuses it: %v", text, got, wantErr)
		}
		return
	}
	switch {
	case err != nil && errors.Is(err, weburl.ErrUnreadable) && len(text) > weburl.MaxAuthority:
	case err != nil || originErr != nil:
		t.Errorf("%q: %v, %v; want %q", text, err, originErr, want.Href(false))
	case got.String() != want.Href(false) || got.Host() != want.Host() || got.Query != want.Query() || got.Path != want.Pathname():
		t.Errorf("%q is %q, want %q", text, got, want.Href(false))
	case origin != want.Protocol()+"//"+want.Host() || hostname != want.Hostname() || got.Origin() != origin:
		t.Errorf("%q: origin %q, host %q; want %q", text, origin, hostname, want.Href(false))
	}
}

func hasHost(scheme string) bool {
	return slices.Contains([]string{"http", "https", "ftp", "ws", "wss"}, scheme)
}

func sameReference(t *testing.T, base, text string) {
	t.Helper()
	parsed, err := weburl.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	want, wantErr := whatwg.ParseRef(base, text)
	got, err := parsed.Parse(text)
	if wantErr != nil || !hasHost(want.Scheme()) {
		if !errors.Is(err, weburl.ErrUnreadable) {
			t.Errorf("%q on %q is read as %q; the standard refuses it: %v", text, base, got, wantErr)
		}
		return
	}
	if err != nil && len(text) > weburl.MaxAuthority {
		return
	}
	if err != nil || got.String() != want.Href(false) {
		t.Errorf("%q on %q is %q, %v; want %q", text, base, got, err, want.Href(false))
	}
}

func TestAHostThatIsTooLongIsRefused(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", weburl.MaxAuthority)
	for _, text := range []string{"https://" + long + "a/", "https://" + long + "@a/", "https://" + strings.Repeat("a@", 40000), "https://" + long + "a"} {
		if _, err := weburl.Parse(text); !errors.Is(err, weburl.ErrUnreadable) {
			t.Errorf("%.40q… is read: %v", text, err)
		}
		if _, _, err := weburl.Origin(text); !errors.Is(err, weburl.ErrUnreadable) {
			t.Errorf("%.40q… has an origin: %v", text, err)
		}
	}
	if u, err := weburl.Parse("https://" + long + "/"); err != nil || u.Hostname != long {
		t.Errorf("the longest host is refused: %v", err)
	}
}

func TestWithQueryReplacesTheQuery(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"https://a/b?c#d": "https://a/b?x=1#d", "https://a?": "https://a/?x=1"} {
		u, err := weburl.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := u.WithQuery("x=1").String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	u, err := weburl.Parse("https://a/b?c#d")
	if err != nil || u.WithQuery("").String() != "https://a/b#d" {
		t.Errorf("without a query: %q, %v", u.WithQuery(""), err)
	}
}

// misread matches what the library takes for an address and browsers refuse, or the other way round. TestHostsFollowTheStandardWhereTheLibraryDoesNot
// has examples of each.
var misread = regexp.MustCompile(strings.Join([]string{
	// In an IPv4 address, the library accepts a number with a sign (https://url.spec.whatwg.org/#ipv4-number-parser).
	`(?i)(^|[/@:.\\\x00-\x20])(0x?)?([-+－＋﹣﹢]|%2[bd])`,
	// If digits don't fit into 64 bits, the library takes the host for an IPv4 address, whatever follows them.
	`[\pNa-fA-F]{16}`,
	// It drops all brackets at both ends of an IPv6 address.
	`\[\[|\[\]|\]\]`,
}, "|"))

// FuzzURL compares with github.com/nlnwa/whatwg-url.
func FuzzURL(f *testing.F) {
	for _, text := range addresses() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1000 || misread.MatchString(text) {
			return // the library is slow, or wrong
		}
		sameAddress(t, text)
		sameReference(t, "https://app.example.com/dash/board?x=1#y", text)
	})
}

// The right side is what the standard says and browsers do. Empty means refused.
func TestHostsFollowTheStandardWhereTheLibraryDoesNot(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://-1/":                        "-1",
		"https://1.-2/":                      "1.-2",
		"https://\xde%a1/":                   "",
		"https://%de%a1/":                    "xn--frb",
		"https://-1.2/":                      "",
		"https://0x-1/":                      "0x-1",
		"https://9999999999999999999999-/":   "9999999999999999999999-",
		"https://a.9999999999999999999999b/": "a.9999999999999999999999b",
		"https://a.9999999999999999999999/":  "",
		"https://[[::1]]/":                   "",
		"https://[::1]]/":                    "",
		"https://[fe80::1%25eth0]/":          "",
		"https://1.2.3.4.5/":                 "",
		"https://1.2.3.256/":                 "",
		"https://256/":                       "0.0.1.0",
		"https://4294967296/":                "",
		"https://0x/":                        "0.0.0.0",
		"https://09/":                        "",
		"https://1..2/":                      "",
		"https://１２７.１/":                     "127.0.0.1",
		"https://%31%2e1./":                  "1.0.0.1",
	} {
		got, err := weburl.Parse(text)
		if got.Hostname != want || (err != nil) != (want == "") {
			t.Errorf("%s has the host %q, %v; want %q", text, got.Hostname, err, want)
		}
	}
}
