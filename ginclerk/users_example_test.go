package ginclerk_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// User has what a session token does not say.
func ExampleAuth_User() {
	clerk, server := exampleClerk()
	defer func() { _ = server.Close(context.Background()) }()

	r := gin.New()
	r.GET("/me", clerk.RequireSession(), func(c *gin.Context) {
		who, err := ginclerk.From(c).User(c.Request.Context())
		if err != nil {
			clerk.Answer(c, ginclerk.ProblemFor(err))
			return
		}
		c.String(http.StatusOK, "%s, verified: %t", who.FullName(), who.PrimaryEmailAddress.Verified)
	})

	fmt.Println(get(r, "/me", exampleBearer(server, "ada@example.com")).Body)
	// Output: Ada Okafor, verified: true
}

// Users tells who many users are, in one request to Clerk.
func ExampleClerk_Users() {
	clerk, server := exampleClerk()
	defer func() { _ = server.Close(context.Background()) }()

	var ids []string
	for _, email := range []string{"bob@example.com", "ada@example.com"} {
		seeded, err := server.UserByEmail(email)
		if err != nil {
			fmt.Println(err)
			return
		}
		ids = append(ids, seeded.ID)
	}
	authors, err := clerk.Users().List(context.Background(), append(ids, "user_who_has_left")...)
	if err != nil {
		fmt.Println(err) // an outage: show the page without names
		return
	}
	for _, author := range authors {
		fmt.Println(author.FullName())
	}
	// Output:
	// Bob Lindgren
	// Ada Okafor
}
