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
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
	"github.com/ginclerk/ginclerk/ginclerk/tokenendpoint"
)

// Mount lets scripts of the application's own pages have tokens. ginclerk.fetchWithAuth of package static
// asks there.
func ExampleMount() {
	const origin = "https://app.example.com"
	server, err := clerktest.Start(clerktest.Config{Origins: []string{origin}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = server.Close(context.Background()) }()

	clerk, err := ginclerk.New(gintest.Config(server))
	if err != nil {
		fmt.Println(err)
		return
	}
	r := gin.New()
	r.Use(clerk.Attach())
	tokenendpoint.Mount(r, clerk, tokenendpoint.Config{Templates: []string{"billing"}})

	cookies, err := server.CookieHeader("ada@example.com")
	if err != nil {
		fmt.Println(err)
		return
	}
	ask := func(template, from string) int {
		request := httptest.NewRequest(http.MethodPost, origin+"/sessions/token", strings.NewReader(`{"template":"`+template+`"}`))
		request.Header.Set("Origin", from)
		request.Header.Set("X-Requested-With", "ginclerk")
		request.Header.Set("Cookie", cookies)
		w := httptest.NewRecorder()
		r.ServeHTTP(w, request)
		return w.Code
	}
	fmt.Println("the session's token:     ", ask("", origin))
	fmt.Println("a listed template:       ", ask("billing", origin))
	fmt.Println("a template not listed:   ", ask("supabase", origin))
	fmt.Println("a script of another site:", ask("", "https://evil.example"))
	// Output:
	// the session's token:      200
	// a listed template:        200
	// a template not listed:    403
	// a script of another site: 403
}
