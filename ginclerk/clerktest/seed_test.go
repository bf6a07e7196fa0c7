package clerktest_test

import (
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

func TestSessionsStartInTheActiveOrganization(t *testing.T) {
	t.Parallel()
	server := clerktest.New(t)
	for email, role := range map[string]string{
		"ada@example.com": "org:admin", "bob@example.com": "org:member", "grace@example.com": "org:admin", "mia@example.com": "",
	} {
		signedIn, err := server.NewBrowser().SignIn(email)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := server.MintToken(signedIn.ID, clerktest.TokenOptions{})
		if err != nil {
			t.Fatal(err)
		}
		unverified, err := token.Read(raw)
		if err != nil {
			t.Fatal(err)
		}
		claim, _ := unverified.Claims().Claim("o")
		organization, _ := claim.(map[string]any)
		got, _ := organization["rol"].(string)
		if got != "" {
			got = "org:" + got
		}
		if got != role {
			t.Errorf("%s starts with the role %q, want %q", email, got, role)
		}
	}
}

func TestAnActiveOrganizationNeedsAMembership(t *testing.T) {
	t.Parallel()
	server := clerktest.New(t)
	if _, err := server.AddUser(clerktest.User{Email: "eve@example.com", ActiveOrganization: "acme"}); err == nil {
		t.Error("a user starts in an organization that is not theirs")
	}
}
