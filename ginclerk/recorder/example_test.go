package recorder_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/recorder"
)

// The recorder is an observer, and a handler in front of Attach.
func ExampleNew() {
	server, err := clerktest.Start(clerktest.Config{}) // an application uses Clerk
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = server.Close(context.Background()) }()
	decisions, err := recorder.New(recorder.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	config := gintest.Config(server)
	config.Logger = slog.New(slog.DiscardHandler)
	config.Observer = observe.All(observe.Log(config.Logger), decisions)
	clerk, err := ginclerk.New(config)
	if err != nil {
		fmt.Println(err)
		return
	}
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.Use(decisions.Watch(), clerk.Attach())
	if err := decisions.Mount(r, clerk, recorder.MountOptions{}); err != nil { // at recorder.PagePath
		fmt.Println(err)
		return
	}
	r.GET("/orders/:id", clerk.RequireSession(), func(c *gin.Context) { c.Status(http.StatusOK) })

	request := httptest.NewRequest(http.MethodGet, "/orders/7", nil)
	request.Header.Set("Authorization", "Bearer garbage")
	r.ServeHTTP(httptest.NewRecorder(), request)
	for _, e := range decisions.Entries() {
		fmt.Println(e.Arrived.Method, e.Arrived.Target, e.Outcome, e.Reason, e.Status)
		fmt.Println(e.ToDo)
	}
	// Output:
	// GET /orders/7 signed-out token-invalid 401
	// This instance did not make the token, or does not accept it any more: send a fresh one, and check that the keys belong to the instance that made it.
}
