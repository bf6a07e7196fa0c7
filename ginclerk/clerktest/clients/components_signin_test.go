package clients_test

import (
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// everyWay turns on all ways to sign in, for a user who can use them.
func everyWay(c *clerktest.Config) {
	c.Usernames, c.PhoneNumbers, c.SocialProvider = true, true, true
	c.Seed = clerktest.DefaultSeed()
	c.Seed.Users[0].Username, c.Seed.Users[0].Phone = "adalyn", "+12015550100"
}

func usernameStory(s *stage) {
	t := s.t
	s.js.visit(t, "/")
	s.mount(t, "SignIn", "{}")
	s.fill(t, "input[name=identifier]", "adalyn")
	s.press(t, next, "")
	s.fill(t, "input[name=password]", seeded(t, s.clerk, "ada@example.com").Password)
	s.press(t, next, "")
	s.arrives(t, "ada@example.com")
	wantServer(t, s, "Ada Okafor")
}

// wantServer fails unless the server-rendered pages show the account as the current one.
func wantServer(t *testing.T, s *stage, name string) {
	t.Helper()
	if got := s.name(t); got != name {
		t.Errorf("the page of accounts names %q, want %q", got, name)
	}
}

func phoneStory(s *stage) {
	t := s.t
	s.js.visit(t, "/")
	s.mount(t, "SignIn", "{}")
	s.press(t, "a", "Use phone")
	s.fill(t, "input[type=tel]", "2015550100")
	s.press(t, next, "")
	s.press(t, "a", "Use another method")
	s.press(t, "button", "Send SMS code")
	s.enterCode(t)
	s.arrives(t, "ada@example.com")
	wantServer(t, s, "Ada Okafor")
}

func resetStory(s *stage) {
	t := s.t
	s.js.visit(t, "/")
	s.mount(t, "SignIn", "{}")
	s.fill(t, "input[name=identifier]", "ada@example.com")
	s.press(t, next, "")
	s.press(t, "a", "Forgot password?")
	s.press(t, "button", "Reset your password")
	s.enterCode(t)
	s.fill(t, "input[name=password]", "another long password")
	s.fill(t, "input[name=confirmPassword]", "another long password")
	s.press(t, next, "Reset Password")
	s.arrives(t, "ada@example.com")
	wantServer(t, s, "Ada Okafor")
}

// atProvider answers the page of the social provider.
func (s *stage) atProvider(t *testing.T, email, answer string) {
	t.Helper()
	s.press(t, ".cl-socialButtonsBlockButton", "")
	if email != "" {
		s.fill(t, "input[name=email_address]", email)
	}
	s.press(t, `[data-testid="`+answer+`"]`, "")
}

func socialStory(s *stage) {
	t := s.t
	s.js.visit(t, "/")
	s.mount(t, "SignIn", "{}")
	s.atProvider(t, "", "no")
	s.holds(t, "the way back", `location.hash.includes('sso-callback')`)
	s.mount(t, "SignIn", "{}")
	s.holds(t, "the sign-in page", `!document.querySelector('#component') && !location.hash.includes('sso-callback')`)
	s.mount(t, "SignIn", "{}")
	s.reads(t, "You did not grant access to your account.")
	s.atProvider(t, "ada@example.com", "yes")
	s.arrives(t, "ada@example.com")
	wantServer(t, s, "Ada Okafor")
}

func socialSignUpStory(s *stage) {
	t := s.t
	s.js.visit(t, "/")
	s.mount(t, "SignIn", "{}")
	s.atProvider(t, "nia@example.com", "yes")
	s.holds(t, "the way back", `location.hash.includes('sso-callback')`)
	s.mount(t, "SignIn", "{}")
	s.arrives(t, "nia@example.com")
	if got := s.js.pages(t).Email; got != "nia@example.com" {
		t.Errorf("the pages show %q", got)
	}
}

func socialSignInStory(s *stage) {
	t := s.t
	s.js.visit(t, "/")
	s.mount(t, "SignUp", "{}")
	s.atProvider(t, "ada@example.com", "yes")
	s.holds(t, "the way back", `location.hash.includes('sso-callback')`)
	s.mount(t, "SignUp", "{}")
	s.arrives(t, "ada@example.com")
	wantServer(t, s, "Ada Okafor")
}

func signUpWithPhoneStory(s *stage) {
	t := s.t
	s.js.visit(t, "/")
	s.mount(t, "SignUp", "{ appearance: { options: { showOptionalFields: true } } }")
	s.fill(t, "input[name=username]", "nia_new")
	s.fill(t, "input[name=emailAddress]", "nia@example.com")
	s.fill(t, "input[type=tel]", "2015550101")
	s.fill(t, "input[name=password]", "a long enough password")
	s.press(t, next, "")
	s.reads(t, "Verify your email")
	s.enterCode(t)
	s.reads(t, "Verify your phone")
	s.enterCode(t)
	s.arrives(t, "nia@example.com")
}

// A session that waits for an organization is signed out for the pages, until the component has created one.
func taskStory(s *stage) {
	t := s.t
	s.js.visit(t, "/")
	s.mount(t, "SignIn", "{}")
	s.fill(t, "input[name=identifier]", "mia@example.com")
	s.press(t, next, "")
	s.fill(t, "input[name=password]", seeded(t, s.clerk, "mia@example.com").Password)
	s.press(t, next, "")
	s.holds(t, "the task", `location.href.includes('choose-organization')`)
	if got := s.beside.pages(t); got.Email != "" {
		t.Errorf("with a pending session the pages show %+v", got)
	}
	s.fill(t, "input[name=name]", "Initech")
	s.press(t, next, "")
	s.arrives(t, "mia@example.com")
	if got := s.organization(t); got != "Initech" {
		t.Errorf("the page has %q, want Initech", got)
	}
}
