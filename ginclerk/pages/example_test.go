package pages_test

import (
	"context"
	"fmt"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
)

// Mount adds the session pages to a router or a group of one. The order of Mount and Attach does not matter.
func ExampleMount() {
	server, err := clerktest.Start(clerktest.Config{}) // an application uses Clerk
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
	site, err := pages.Mount(r.Group("/account"), clerk, pages.Options{AppName: "Acme"})
	if err != nil {
		fmt.Println(err)
		return
	}
	r.Use(clerk.Attach())

	fmt.Println(site.SessionURL(), site.AccountsURL(), site.DevicesURL())
	// Output:
	// /account/sessions /account/sessions/accounts /account/sessions/devices
}
