package instance_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

func TestParsePublishableKeyRefuses(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{
		"nothing":                       "",
		"a prefix alone":                "pk_test_",
		"a secret key":                  "sk_test_Y2xlcmsuZXhhbXBsZS5jb20k",
		"an unknown kind of instance":   "pk_prod_Y2xlcmsuZXhhbXBsZS5jb20k",
		"white space in front":          " pk_test_Y2xlcmsuZXhhbXBsZS5jb20k",
		"a fourth part":                 "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k_x",
		"no base64":                     "pk_test_!!!!",
		"base64 with wrong padding":     "pk_test_YS5iJA=",
		"a host without the final sign": "pk_test_Y2xlcmsuZXhhbXBsZS5jb20",
		"the final sign twice":          "pk_live_Y2xlcmsuYS5jb20kJA==",
		"a host without a dot":          "pk_test_bG9jYWxob3N0OjQwMDAk",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key, err := instance.ParsePublishableKey(raw)
			if !errors.Is(err, instance.ErrInvalidPublishableKey) {
				t.Errorf("error %v, want ErrInvalidPublishableKey", err)
			}
			if !key.IsZero() {
				t.Errorf("a key came back: %q", key)
			}
		})
	}
}

func TestNewPublishableKeyIsReadBack(t *testing.T) {
	t.Parallel()
	for _, kind := range []instance.Type{instance.Development, instance.Production} {
		made := instance.NewPublishableKey("foo-bar-13.clerk.accounts.dev", kind)
		read, err := instance.ParsePublishableKey(made.String())
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if read != made {
			t.Errorf("%s: read %+v, made %+v", kind, read, made)
		}
	}
}

// The keys and suffixes come from Clerk's documentation of the cookie names.
func TestCookieNamesCarryTheSuffix(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"pk_test_c3R1Yi1mYWtlLTEzLmNsZXJrLmFjY291bnRzLmRldiQ": "__session_W1cwbJvL",
		"pk_live_Y2xlcmsuZXhhbXBsZS5jb20k":                    "__session_naoXFJnI",
		"pk_test_Zm9vLWJhci0xMy5jbGVyay5hY2NvdW50cy5kZXYk":    "__session_nx2hSE6I",
	} {
		key, err := instance.ParsePublishableKey(raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := key.Suffixed(instance.CookieSession); got != want {
			t.Errorf("%s: %q, want %q", raw, got, want)
		}
	}
}

func TestAccountPortal(t *testing.T) {
	t.Parallel()
	for frontendAPI, want := range map[string]string{
		"foo-bar-13.clerk.accounts.dev":      "https://foo-bar-13.accounts.dev",
		"foo-bar-13.clerk.accountsstage.dev": "https://foo-bar-13.accountsstage.dev",
		"clerk.example.test":                 "https://accounts.example.test",
		"clerk.a.clerk.accounts.dev":         "https://accounts.a.clerk.accounts.dev", // the first match alone
		"example.test":                       "https://example.test",
	} {
		if got := instance.AccountPortal(frontendAPI); got != want {
			t.Errorf("%s: %q, want %q", frontendAPI, got, want)
		}
	}
}

func TestAccountPortalIgnoresTheDeployment(t *testing.T) {
	t.Parallel()
	key := instance.NewPublishableKey("clerk.example.com", instance.Production)
	satellite := instance.Deployment{Domain: "sat.example.org", Satellite: true}
	if got, want := key.FrontendAPIFor(satellite), "clerk.sat.example.org"; got != want {
		t.Errorf("Frontend API %q, want %q", got, want)
	}
	if got, want := key.AccountPortal(), "https://accounts.example.com"; got != want {
		t.Errorf("Account Portal %q, want %q", got, want)
	}
}

func FuzzParsePublishableKey(f *testing.F) {
	for _, seed := range []string{"", "pk_test_", "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k", "pk_test_YS5iJA==", "pk_test_YS5\niJA"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		key, err := instance.ParsePublishableKey(raw)
		if err != nil {
			return
		}
		if key.String() != raw || key.FrontendAPI() == "" || len(key.CookieSuffix()) != 8 {
			t.Errorf("%q was read as %+v", raw, key)
		}
	})
}

func ExampleParsePublishableKey() {
	key, err := instance.ParsePublishableKey("pk_test_Zm9vLWJhci0xMy5jbGVyay5hY2NvdW50cy5kZXYk")
	if err != nil {
		panic(err)
	}
	fmt.Println(key.Type(), key.FrontendAPI(), key.AccountPortal())
	// Output: development foo-bar-13.clerk.accounts.dev https://foo-bar-13.accounts.dev
}
