package ginclerk_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// Two accounts of one browser in two tabs, each below a path of its own.
func ExampleClerk_AccountPaths() {
	clerk, server := exampleClerk() // clerk, err := ginclerk.New(config)
	defer func() { _ = server.Close(context.Background()) }()

	r := gin.New()
	r.GET("/accounts", clerk.RequireSession(), func(c *gin.Context) {
		accounts, err := clerk.Links(c).Accounts()
		if err != nil {
			clerk.Answer(c, ginclerk.ProblemFor(err))
			return
		}
		for _, account := range accounts {
			c.String(http.StatusOK, "<a href=%q>%s is account %d</a>\n", account.Base+"/inbox", account.Profile.Email, account.Number)
		}
	})
	r.GET("/inbox", clerk.RequireSession(), func(c *gin.Context) {
		who, err := ginclerk.From(c).User(c.Request.Context())
		if err != nil {
			clerk.Answer(c, ginclerk.ProblemFor(err))
			return
		}
		c.String(http.StatusOK, "the inbox of %s", who.FirstName)
	})
	app := clerk.AccountPaths(r) // http.ListenAndServe(":8080", app)

	browser := exampleBrowser(server, "ada@example.com", "bob@example.com")
	for line := range strings.Lines(browser.open(app, "/accounts")) {
		_, text, _ := strings.Cut(line, ">")
		fmt.Print(strings.Replace(text, "</a>", "", 1))
	}
	fmt.Println(browser.open(app, "/u/0/inbox"))
	fmt.Println(browser.open(app, "/u/1/inbox"))
	// Output:
	// ada@example.com is account 0
	// bob@example.com is account 1
	// the inbox of Ada
	// the inbox of Bob
}

// tabsOf are the cookies of a browser.
type tabsOf map[string]string

// exampleBrowser signs users in on one browser.
func exampleBrowser(server *clerktest.Server, emails ...string) tabsOf {
	agent, browser := server.NewBrowser(), tabsOf{}
	for _, email := range emails {
		server.Clock().Advance(time.Second) // numbers follow the order of signing in
		if _, err := agent.SignIn(email); err != nil {
			log.Fatal(err)
		}
	}
	cookies, err := agent.Cookies(exampleOrigin)
	if err != nil {
		log.Fatal(err)
	}
	for _, cookie := range cookies {
		browser[cookie.Name] = cookie.Value
	}
	return browser
}

const exampleOrigin = clerktest.DefaultOrigin

// open opens a page in a tab.
func (b tabsOf) open(app http.Handler, path string) string {
	r := httptest.NewRequest(http.MethodGet, exampleOrigin+path, nil)
	r.Header.Set("Sec-Fetch-Dest", "document")
	for name, value := range b {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	for _, cookie := range w.Result().Cookies() {
		b[cookie.Name] = cookie.Value
	}
	if next := w.Result().Header.Get("Location"); next != "" { // /u/0 leads to the path that names the account
		return b.open(app, r.URL.ResolveReference(&url.URL{Path: next}).Path)
	}
	return w.Body.String()
}
