package ginclerk_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// A goroutine that has a copy of Gin's context (gin.Context.Copy) goes on while the request does: nothing that it asks may meet what
// the guards of the request still find out. Only the race detector sees it.
func TestACopyOfGinsContextIsNotTheRequestsAnyMore(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	var goroutines sync.WaitGroup
	a.engine.Use(a.clerk.Attach(), func(c *gin.Context) {
		for range 2 {
			copied := c.Copy()
			goroutines.Go(func() {
				for range 100 {
					ginclerk.WantsJSON(copied)
					a.clerk.Links(copied).SignIn("/")
					ginclerk.FromContext(copied)
				}
			})
		}
		c.Next()
	})
	a.engine.POST("/marked", ginclerk.API(), ginclerk.SkipForms(), a.clerk.RequireSession(), whoami)
	a.engine.POST("/token", a.clerk.RequireToken(ginclerk.SessionToken, ginclerk.APIKey), whoami)
	user := bearer(a.token(t, ada))
	for range 20 {
		a.ask(http.MethodPost, "/marked", ownForm, user).wantStatus(t, http.StatusOK)
		a.ask(http.MethodPost, "/token", ownForm, user).wantStatus(t, http.StatusOK)
	}
	goroutines.Wait()
}

// What a handler marks for a request after it was copied is not the copy's.
func TestACopyKeepsTheMarksThatItWasMadeWith(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	var before, after *gin.Context
	a.engine.GET("/", a.clerk.Attach(), func(c *gin.Context) { before = c.Copy() }, ginclerk.API(), func(c *gin.Context) { after = c.Copy() })
	a.ask(http.MethodGet, "/", navigation, bearer(a.token(t, ada))).wantStatus(t, http.StatusOK)
	if ginclerk.WantsJSON(before) {
		t.Error("a copy has a mark that came later")
	}
	if !ginclerk.WantsJSON(after) {
		t.Error("a copy has lost its mark")
	}
}

// Goroutines that share a context of Gin's, and only ask, do not get in each other's way: none sees another request than its own.
func TestToAskForTheAddressChangesNothing(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.ContextWithFallback = true
	a.engine.GET("/", a.clerk.RequireSession(), func(c *gin.Context) {
		copied, user := c.Copy(), ginclerk.From(c).UserID
		var goroutines sync.WaitGroup
		for range 2 {
			goroutines.Go(func() {
				for range 100 {
					ginclerk.ByAddress(copied)
					ginclerk.WantsJSON(copied)
					if got := ginclerk.FromContext(copied).UserID; got != user {
						t.Errorf("a goroutine sees %q, want %q", got, user)
					}
				}
			})
		}
		goroutines.Wait()
	})
	for _, address := range []string{"198.51.100.9:4711", "@"} {
		a.ask(http.MethodGet, "/", program, bearer(a.token(t, ada)), from(address), header("X-Forwarded-For", "203.0.113.7, 10.0.0.1")).
			wantStatus(t, http.StatusOK)
	}
}
