package configcheck_test

import (
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/configcheck"
)

// The host in a publishable key goes into redirects and into the Content-Security-Policy of the pages. Clerk's SDKs take any text with a dot for one.
func TestAPublishableKeyNamesAHost(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"happy-hippo-1.clerk.accounts.dev": true, "clerk.example.com": true, "clerk.xn--mnchen-3ya.de": true, "clerk.localhost:4010": true, "127.0.0.1:4010": true,
		"clerk.example.com; script-src *":        false,
		"clerk.example.com\r\nX-Injected: 1":     false,
		"clerk.example.com/path":                 false,
		"clerk.example.com@evil.example":         false,
		"clerk.example.com\\evil.example":        false,
		"clerk.example.com?":                     false,
		"*.example.com":                          false,
		"clerk.example.com https://evil.example": false,
		"clerk.example.com:99999":                false,
		".":                                      false,
	} {
		key := instance.NewPublishableKey(host, instance.Development).String()
		if err, _ := configcheck.Keys(key, "sk_test_abc"); (err == nil) != want {
			t.Errorf("%q: %v", host, err)
		}
	}
}
