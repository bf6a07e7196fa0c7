package origin_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
)

// TestSpellingsOfAnOriginAreReadAsBrowsersSendThem: the right side is location.origin in a browser.
func TestSpellingsOfAnOriginAreReadAsBrowsersSendThem(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ text, want string }{
		"as browsers send it":        {"https://app.example.com", "https://app.example.com"},
		"capitals in the host":       {"https://App.Example.com", "https://app.example.com"},
		"capitals in the scheme":     {"HTTPS://x", "https://x"},
		"the port of https":          {"https://x:443", "https://x"},
		"the port of http":           {"http://x:80", "http://x"},
		"the port of http, on https": {"https://x:80", "https://x:80"},
		"a port with zeros in front": {"https://x:08443", "https://x:8443"},
		"a colon without a port":     {"https://x:", "https://x"},
		"an international name":      {"https://bücher.example", "https://xn--bcher-kva.example"},
		"one in capitals":            {"https://BÜCHER.example", "https://xn--bcher-kva.example"},
		"a sharp s":                  {"https://straße.example", "https://xn--strae-oqa.example"},
		"one in Punycode":            {"https://xn--bcher-kva.example:8443", "https://xn--bcher-kva.example:8443"},
		"a full stop of another script": {
			"https://例え。テスト", "https://xn--r8jz45g.xn--zckzah",
		},
		"an IPv4 address":                     {"http://192.0.2.1:8080", "http://192.0.2.1:8080"},
		"an IPv4 address in an old notation":  {"http://127.1", "http://127.0.0.1"},
		"an IPv6 address":                     {"http://[::1]:8080", "http://[::1]:8080"},
		"an IPv6 address in full":             {"http://[2001:DB8:0:0:0:0:0:1]", "http://[2001:db8::1]"},
		"an IPv4 address in an IPv6 address":  {"http://[::ffff:127.0.0.1]", "http://[::ffff:7f00:1]"},
		"an underscore, as in containers":     {"http://my_app:3000", "http://my_app:3000"},
		"a name of one part":                  {"http://intranet", "http://intranet"},
		"a number in front of a longer label": {"https://1password.example", "https://1password.example"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := origin.Parse(row.text)
			if err != nil || got.String() != row.want {
				t.Errorf("%q, %v; want %q", got, err, row.want)
			}
			if again, err := origin.Parse(got.String()); err != nil || again != got {
				t.Errorf("read again it is %q, %v", again, err)
			}
			if at := origin.At(got.Scheme(), got.Host()); at != got {
				t.Errorf("At finds %q", at)
			}
		})
	}
}

// TestWhatNoBrowserSendsIsAnErrorThatSaysWhatToWrite: of each row the error has the second text.
func TestWhatNoBrowserSendsIsAnErrorThatSaysWhatToWrite(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                       "is empty",
		"   ":                                    "such as https://",
		"app.example.com":                        "write https://app.example.com",
		"localhost:3000":                         "write http://localhost:3000",
		"//app.example.com":                      "write https://app.example.com",
		"https:app.example.com":                  "such as https://",
		"https://app.example.com/":               "write https://app.example.com",
		"https://App.example.com:443/path?a=b#c": "write https://app.example.com",
		`https://app.example.com\path`:           "write https://app.example.com",
		"https://app.example.com?":               "write https://app.example.com",
		"https://app.example.com#":               "write https://app.example.com",
		"https://me:secret@app.example.com":      "write https://app.example.com",
		"https://app.example.com.":               "write https://app.example.com",
		"https://app.example.com.:8443":          "write https://app.example.com:8443",
		"https://*.example.com":                  "list each of them",
		"*":                                      "list each of them",
		"https://.example.com":                   "list each of them",
		"https://a.example, https://b.example":   "an entry of its own",
		"https://a.example https://b.example":    "an entry of its own",
		" https://a.example":                     "write https://a.example",
		"\"https://a.example\"":                  "write https://a.example",
		"'https://a.example'\n":                  "write https://a.example",
		"null":                                   "such as https://",
		"ftp://app.example.com":                  "write https://app.example.com",
		"https://":                               "such as https://",
		"https://:443":                           "such as https://",
		"https://a..example":                     "such as https://",
		"https://app.example.com:0":              "such as https://",
		"https://app.example.com:99999":          "such as https://",
		"https://app.example.com:http":           "such as https://",
		"http://[fe80::1%25eth0]":                "such as https://",
		"http://[::1":                            "such as https://",
		"http://::1":                             "such as https://",
		"https://a b":                            "an entry of its own",
		"https://a<b":                            "such as https://",
		"https://" + strings.Repeat("a", 1<<20):  "too long",
	} {
		got, err := origin.Parse(text)
		if err == nil || !strings.Contains(err.Error(), want) || !got.IsZero() {
			t.Errorf("%.60q is read as %q, %.200v; want %q", text, got, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("a password in %v", err)
		}
	}
}

// TestHostsOfRequestsAreReadStrictly: a Host that no browser sends gives no origin.
func TestHostsOfRequestsAreReadStrictly(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{
		"app.example.com":         "https://app.example.com",
		"APP.example.com:443":     "https://app.example.com",
		"app.example.com:0443":    "https://app.example.com",
		"app.example.com:8443":    "https://app.example.com:8443",
		"app.example.com.":        "https://app.example.com.",
		"[2001:DB8::1]:443":       "https://[2001:db8::1]",
		"":                        "",
		":443":                    "",
		"a/b":                     "",
		"a@b":                     "",
		`a\b`:                     "",
		"a b":                     "",
		"a\"b":                    "",
		"bücher.example":          "",
		"a:1:2":                   "",
		"a:+1":                    "",
		"a:0":                     "",
		"a:99999":                 "",
		"127.1":                   "",
		"0x7f.1":                  "",
		"2130706433":              "",
		"[::1":                    "",
		"[::1]x":                  "",
		"[::1%25eth0]":            "",
		"::1":                     "",
		strings.Repeat("a", 1000): "",
	} {
		if got := origin.At("https", host); got.String() != want {
			t.Errorf("%.60q is at %q, want %q", host, got, want)
		}
	}
	for _, scheme := range []string{"", "HTTPS", "javascript", "file"} {
		if got := origin.At(scheme, "x"); !got.IsZero() {
			t.Errorf("%q has the origin %q", scheme, got)
		}
	}
}

func TestTheOriginOfAnAddress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"HTTPS://App.Example.com:443/a?b#c": "https://app.example.com",
		"http://u:p@x:8080/":                "http://x:8080",
		"/path":                             "",
		"mailto:a@b":                        "",
		"https:x":                           "",
		"ftp://x/":                          "",
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := origin.Of(u); got.String() != want {
			t.Errorf("%q is at %q, want %q", address, got, want)
		}
	}
	if got := origin.Of(nil); !got.IsZero() {
		t.Errorf("nil is at %q", got)
	}
}

func TestWhatStandsForThisMachine(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"localhost": true, "LOCALHOST": true, "localhost.": true, "a.localhost": true, "a.b.LocalHost": true,
		"127.0.0.1": true, "127.0.0.2": true, "127.255.255.254": true, "::1": true, "[::1]": true, "::ffff:127.0.0.1": true, "[::ffff:7f00:1]": true,
		"": false, "example.com": false, "localhost.example.com": false, "notlocalhost": false, "0.0.0.0": false, "::": false,
		"128.0.0.1": false, "127.0.0.1.example.com": false, "10.0.0.1": false,
	} {
		if got := origin.Loopback(host); got != want {
			t.Errorf("%q: %t, want %t", host, got, want)
		}
	}
}

func TestListsAreReadOnceAndWhole(t *testing.T) {
	t.Parallel()
	got, err := origin.ParseList([]string{"https://B.example", "https://a.example", "https://b.example:443"})
	if texts := origin.Texts(got); err != nil || len(texts) != 2 || texts[0] != "https://b.example" || texts[1] != "https://a.example" {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := origin.ParseList([]string{"a", "https://x", "b"}); err == nil || !strings.Contains(err.Error(), `"a"`) || !strings.Contains(err.Error(), `"b"`) {
		t.Errorf("error %v, want every problem", err)
	}
}

func FuzzWhatIsReadIsReadTheSameAgain(f *testing.F) {
	for _, seed := range []string{"https://x", "HTTP://[::1]:80", "https://bücher.example", "https://a@b", "x", "https://127.1:1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := origin.Parse(text)
		if err != nil {
			return
		}
		if again, err := origin.Parse(got.String()); err != nil || again != got || origin.At(got.Scheme(), got.Host()) != got {
			t.Errorf("%q is %q, and then %q, %v", text, got, again, err)
		}
	})
}
