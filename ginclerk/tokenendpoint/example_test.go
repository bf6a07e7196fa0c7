package tokenendpoint_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/tokenendpoint"
)

// Mount lets scripts of the application's own pages have tokens. ginclerk.fetchWithAuth of package static
// asks there.
func ExampleMount() {
	server, err := clerktest.Start(clerktest.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = server.Close(context.Background()) }()

	clerk, err := ginclerk.New(ginclerk.Config{
		PublishableKey: server.PublishableKey(), SecretKey: server.SecretKey(), ClerkAPI: ginclerk.ClerkAPI{URL: server.BackendURL()},
		Origins: []string{"https://app.example.com"}, SignInURL: "/sign-in",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	r := gin.New()
	r.Use(clerk.Attach())
	tokenendpoint.Mount(r, clerk, tokenendpoint.Config{Templates: []string{"billing"}})

	browser := server.NewBrowser()
	if _, err := browser.SignIn("ada@example.com"); err != nil {
		fmt.Println(err)
		return
	}
	cookies, err := browser.Cookies("https://app.example.com")
	if err != nil {
		fmt.Println(err)
		return
	}
	ask := func(template, from string) int {
		request := httptest.NewRequest(http.MethodPost, "https://app.example.com/sessions/token", strings.NewReader(`{"template":"`+template+`"}`))
		request.Header.Set("Origin", from)
		request.Header.Set("X-Requested-With", "ginclerk")
		for _, cookie := range cookies {
			request.AddCookie(cookie)
		}
		w := httptest.NewRecorder()
		r.ServeHTTP(w, request)
		return w.Code
	}
	fmt.Println("the session's token:     ", ask("", "https://app.example.com"))
	fmt.Println("a listed template:       ", ask("billing", "https://app.example.com"))
	fmt.Println("a template not listed:   ", ask("supabase", "https://app.example.com"))
	fmt.Println("a script of another site:", ask("", "https://evil.example"))
	// Output:
	// the session's token:      200
	// a listed template:        200
	// a template not listed:    403
	// a script of another site: 403
}
