package clerktest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// Make a user who is a member of an organization of the default seed.
func ExampleServer_AddUser() {
	t := newT() // a test has its own
	defer t.end()
	srv := clerktest.New(t)

	zoe, err := srv.AddUser(clerktest.User{
		FirstName: "Zoe", LastName: "Silva", Email: "zoe@example.com",
		Memberships: []clerktest.Membership{{Organization: "acme", Role: "org:member"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(zoe.Name, zoe.Email, len(zoe.Password) > 0)
	// Output: Zoe Silva zoe@example.com true
}

// Give a request the session token of a user, as programs and scripts send it.
func ExampleServer_Bearer() {
	t := newT() // a test has its own
	defer t.end()
	srv := clerktest.New(t)

	bearer, err := srv.Bearer("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "/api/invoices", http.NoBody)
	r.Header.Set("Authorization", bearer)
	fmt.Println(r.Header.Get("Authorization")[:10])
	// Output: Bearer eyJ
}

// Give a request the cookies of a browser in which a user is signed in.
func ExampleServer_CookieHeader() {
	t := newT() // a test has its own
	defer t.end()
	srv := clerktest.New(t)

	cookies, err := srv.CookieHeader("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	r.Header.Set("Cookie", cookies)
	_, err = r.Cookie("__session")
	fmt.Println(err)
	// Output: <nil>
}

// Sign in, and give a request the cookies of that browser.
func ExampleBrowser_Cookies() {
	t := newT() // a test has its own
	defer t.end()
	srv := clerktest.New(t)

	browser := srv.NewBrowser()
	session, err := browser.SignIn("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "http://localhost:8080/", http.NoBody)
	cookies, err := browser.Cookies("http://localhost:8080")
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range cookies {
		r.AddCookie(cookie)
	}
	_, err = r.Cookie("__session")
	fmt.Println(session.Status, err)
	// Output: active <nil>
}

// Make the token of a certain session, and tokens that an application has to refuse.
func ExampleServer_MintToken() {
	t := newT() // a test has its own
	defer t.end()
	srv := clerktest.New(t)

	ada, err := srv.UserByEmail("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	session, err := srv.CreateSession(ada.ID, clerktest.SessionOptions{OrganizationID: "acme"})
	if err != nil {
		t.Fatal(err)
	}
	token, err := srv.MintToken(session.ID, clerktest.TokenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "/api/invoices", http.NoBody)
	r.Header.Set("Authorization", "Bearer "+token)

	// It expired a minute ago.
	expired, err := srv.MintToken(session.ID, clerktest.TokenOptions{Lifetime: -time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	// It is for another application.
	foreign, err := srv.MintToken(session.ID, clerktest.TokenOptions{AuthorizedParty: "https://evil.example"})
	fmt.Println(expired != token, foreign != token, err)
	// Output: true true <nil>
}

// Revoke a session, as an administrator does in Clerk's dashboard.
func ExampleServer_RevokeSession() {
	t := newT() // a test has its own
	defer t.end()
	srv := clerktest.New(t)

	session, err := srv.NewBrowser().SignIn("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if err := srv.RevokeSession(session.ID); err != nil {
		t.Fatal(err)
	}
	session, err = srv.Session(session.ID)
	fmt.Println(session.Status, err)
	// Output: revoked <nil>
}

// Impersonate: Grace acts as Ada. The session's tokens have the claim act.
func ExampleServer_CreateSession_impersonation() {
	t := newT() // a test has its own
	defer t.end()
	srv := clerktest.New(t)

	ada, err := srv.UserByEmail("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	grace, err := srv.UserByEmail("grace@example.com")
	if err != nil {
		t.Fatal(err)
	}
	session, err := srv.CreateSession(ada.ID, clerktest.SessionOptions{Actor: map[string]any{"sub": grace.ID}})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(session.UserID == ada.ID, session.ActorID == grace.ID)
	// Output: true true
}
