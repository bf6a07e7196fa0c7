package authn_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

func TestConformanceRedirects(t *testing.T) {
	t.Parallel()
	instances := readInstances(t)
	file, err := os.Open(filepath.Join(conformanceDir(), "redirects.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	rows, agreeing := 0, 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var row struct {
			Instance string `json:"instance"`
			Options  struct {
				SignInURL       string `json:"signInUrl"`
				SignUpURL       string `json:"signUpUrl"`
				SessionStatus   string `json:"sessionStatus"`
				IsSatellite     bool   `json:"isSatellite"`
				DevBrowserToken string `json:"devBrowserToken"`
			} `json:"options"`
			BaseURL       string `json:"baseUrl"`
			ReturnBackURL string `json:"returnBackUrl"`
			WantSignIn    string `json:"wantSignIn"`
			WantSignUp    string `json:"wantSignUp"`
		}
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		key, err := instance.ParsePublishableKey(instances.Instances[row.Instance].PublishableKey)
		if err != nil {
			t.Fatal(err)
		}
		redirects := authn.Redirects{
			PublishableKey: key, BaseURL: row.BaseURL, SignInURL: row.Options.SignInURL, SignUpURL: row.Options.SignUpURL,
			DevBrowserToken: row.Options.DevBrowserToken, Pending: row.Options.SessionStatus == "pending",
			Satellite: row.Options.IsSatellite,
		}
		rows++
		signIn, signUp := redirects.SignIn(row.ReturnBackURL), redirects.SignUp(row.ReturnBackURL)
		if signIn != row.WantSignIn || signUp != row.WantSignUp {
			t.Errorf("row %d %s\n got %s\n     %s", rows, lines.Text(), signIn, signUp)
			continue
		}
		agreeing++
	}
	fmt.Fprintf(os.Stdout, "conformance: redirects.jsonl %d/%d\n", agreeing, rows)
}

// Clerk's own code makes //tasks of "/", which is a host.
func TestTheTaskOfASessionIsOnTheOriginOfTheSignInPage(t *testing.T) {
	t.Parallel()
	for signIn, want := range map[string]string{
		"/":                          "https://app.example.com/tasks",
		"/sign-in":                   "https://app.example.com/sign-in/tasks",
		"https://other.example.com/": "https://other.example.com/tasks",
	} {
		redirects := authn.Redirects{BaseURL: "https://app.example.com/", SignInURL: signIn, Pending: true}
		if got := redirects.SignIn(""); got != want {
			t.Errorf("%s: %s, want %s", signIn, got, want)
		}
	}
}
