package main

import (
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// TestBrowser is the demo in a real browser: nobody here wrote how that one handles cookies, redirects and forms.
func TestBrowser(t *testing.T) {
	gin.SetMode(gin.ReleaseMode)
	b := startChromium(t)
	tests := []struct {
		name string
		run  func(scene)
	}{
		{"scripts are off where a test says so", testScriptsAreOff},
		{"the whole story on a development instance", func(sc scene) { testStory(sc, instance.Development) }},
		{"the whole story on a production instance", func(sc scene) { testStory(sc, instance.Production) }},
		{"sign in with a code by e-mail", testSignInWithCode},
		{"a wrong password shows what is wrong and keeps the address", testWrongPassword},
		{"an unknown address shows what is wrong and keeps the address", testUnknownAddress},
		{"sign up", testSignUp},
		{"sign out here leaves other browsers alone", testSignOutHere},
		{"sign out another account on this browser", testSignOutOtherAccount},
		{"the home page adds an account to who is signed in", testAddAccountFromHome},
		{"the sign-in page leads home", testHomeFromSignIn},
		{"the sign-in page offers who is signed in already", testSignInPageWhenSignedIn},
		{"a session that was ended at Clerk leads to sign-in with a word of why", testEndedAtClerk},
		{"a form of a session that has ended leads to sign-in and back to its page", testFormOfEndedSession},
		{"while Clerk is away nobody is signed out", testClerkAway},
		{"the back button shows no page of who signed out", testBackAfterSignOut},
		{"a form of one account does nothing after a switch in another tab", testFormAfterSwitch},
		{"a form on another site does nothing", testForeignForm},
		{"a return address on another host is not followed", testForeignReturn},
		{"looking at protected pages and going back is no loop", testLookingAround},
		{"the keyboard is enough", testKeyboardOnly},
		{"a shorter story with scripts", testWithScripts},
		{"pictures of every page", testScreenshots},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(scene{t: t, browser: b})
		})
	}
}

// scene is what each test has.
type scene struct {
	t       *testing.T
	browser *chromium
}

func (s scene) site(kind instance.Type) *site {
	s.t.Helper()
	return newSite(s.t, kind)
}

func (s scene) tab(origin string, scripts scripting) *tab {
	s.t.Helper()
	return s.browser.newTab(s.t, origin, scripts)
}
