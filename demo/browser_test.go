package main

import (
	"cmp"
	"os"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/internal/axetest"
	"github.com/ginclerk/ginclerk/internal/chromiumtest"
)

// chromium is the browser of all tests here.
var chromium chromiumtest.Shared

// TestBrowser tries the demo in a real browser, with its own handling of cookies, redirects and forms.
func TestBrowser(t *testing.T) {
	gin.SetMode(gin.ReleaseMode)
	b := chromium.Browser(t, "the whole story in a browser")
	axe := axetest.Script(t, "the rules of axe-core on the pages of the demo")
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
		{"a session that ended at Clerk leads to sign-in with the reason", testEndedAtClerk},
		{"a form of a session that has ended leads to sign-in and back to its page", testFormOfEndedSession},
		{"users stay signed in while Clerk is away", testClerkAway},
		{"the back button shows no page of who signed out", testBackAfterSignOut},
		{"a form of one account does nothing after a switch in another tab", testFormAfterSwitch},
		{"a form on another site does nothing", testForeignForm},
		{"a return address on another host is not followed", testForeignReturn},
		{"looking at protected pages and going back is no loop", testLookingAround},
		{"the keyboard is enough", testKeyboardOnly},
		{"the keyboard does what each page is for", testKeyboardOnPages},
		{"the keyboard walks every page", testKeyboardEverywhere},
		{"a shorter story with scripts", testWithScripts},
		{"a switch lasts", func(sc scene) { testSwitchLasts(sc, withoutScripts, instance.Development) }},
		{"a switch behind the proxy lasts with scripts", func(sc scene) { testSwitchLasts(sc, withScripts, instance.Production) }},
		{"a session that ends at Clerk is refused at once", testEndedAtClerkAtOnce},
		{"the live page says at once that its session is over", testLivePage},
		{"the live page without scripts says what it would show", testLivePageWithoutScripts},
		{"a script calls the API with a token", testCallAPI},
		{"a form survives an expired token", func(sc scene) { testParkedForm(sc, withoutScripts, instance.Development) }},
		{"a form survives an expired token with scripts", func(sc scene) { testParkedForm(sc, withScripts, instance.Production) }},
		{"a form survives the end of its session", func(sc scene) { testParkedFormOfEndedSession(sc, withoutScripts) }},
		{"a form survives the end of its session with scripts", func(sc scene) { testParkedFormOfEndedSession(sc, withScripts) }},
		{"the danger zone asks for a proof", func(sc scene) { testReverification(sc, withoutScripts, instance.Development) }},
		{"the danger zone asks for a proof with scripts", func(sc scene) { testReverification(sc, withScripts, instance.Production) }},
		{"an old session is signed in again", testRecentSession},
		{"sign out everywhere shows its progress", func(sc scene) { testSignOutEverywhereWithProgress(sc, withoutScripts) }},
		{"sign out everywhere shows its progress live", func(sc scene) { testSignOutEverywhereWithProgress(sc, withScripts) }},
		{"the tasks that matter take few clicks", func(sc scene) { testTasks(sc, withoutScripts) }},
		{"the tasks that matter take few clicks with scripts", func(sc scene) { testTasks(sc, withScripts) }},
		{"every page in every language", testLanguages},
		{"every page in the second brand", testSecondBrand},
		{"no page is heavy, blocks or moves", testWeight},
		{"the second brand looks different", testBrands},
		{"pictures of every page", testScreenshots},
		{"pictures of pages that take a story", testMoreScreenshots},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(scene{t: t, browser: b, axe: axe})
		})
	}
	if os.Getenv(everyRule) != "" {
		storiesInEveryLanguage(t, scene{browser: b, axe: axe})
	}
}

// storiesInEveryLanguage walks every page with the keyboard, and tells the stories that lead to the other pages, in the languages in which
// the tests above don't. It takes ten times as long as those tests.
func storiesInEveryLanguage(t *testing.T, sc scene) {
	t.Helper()
	for tag := range strings.SplitSeq("ar de es fr ja pt-BR", " ") {
		for name, run := range map[string]func(scene){
			"the keyboard walks every page":       testKeyboardEverywhere,
			"pictures of every page":              testScreenshots,
			"pictures of pages that take a story": testMoreScreenshots,
		} {
			t.Run(name+" in "+tag, func(t *testing.T) {
				t.Parallel()
				inLanguage := sc
				inLanguage.t, inLanguage.language = t, tag
				run(inLanguage)
			})
		}
	}
}

// scene is the start of each test.
type scene struct {
	t        *testing.T
	browser  *chromiumtest.Browser
	axe      string // the source of axe-core
	language string // of the person; empty: none is chosen, so pages are in English
}

func (s scene) site(kind instance.Type) *site {
	s.t.Helper()
	return newSite(s.t, kind, settings{})
}

func (s scene) tab(origin string, scripts scripting) *tab {
	s.t.Helper()
	n := newTab(s.t, s.browser, origin, scripts)
	if s.language != "" {
		n.speak(s.language)
	}
	return n
}

// says returns a sentence in the language of the person.
func (s scene) says(key string) string {
	s.t.Helper()
	return catalogOfDemo(s).Language(cmp.Or(s.language, "en")).Text(key)
}
