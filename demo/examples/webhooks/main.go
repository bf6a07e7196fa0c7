// Webhooks takes Clerk's events: a session that ends anywhere is refused here at once, and a deleted user's data is deleted.
//
// In Clerk's dashboard add the address /webhooks/clerk with the events session.ended, session.removed, session.revoked, user.updated and
// user.deleted, and set CLERK_WEBHOOK_SIGNING_SECRET.
package main

import (
	"cmp"
	"context"
	"log"
	"net/http"
	"os"
	"sync"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

func main() {
	address := "localhost:" + cmp.Or(os.Getenv("PORT"), "8080")
	config := ginclerk.ConfigFromEnv()
	config.Origins = []string{"http://" + address}
	clerk, err := ginclerk.New(config)
	if err != nil {
		log.Fatal(err)
	}
	r, err := newRouter(clerk, webhook.Config{
		Secrets: []string{os.Getenv("CLERK_WEBHOOK_SIGNING_SECRET")},
		Store:   storage.NewMemory(storage.MemoryConfig{}), // replicas share one: see the example replicas
	})
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(r.Run(address))
}

func newRouter(clerk *ginclerk.Clerk, config webhook.Config) (*gin.Engine, error) {
	visits := &visits{count: map[string]int{}}
	config.Revocations = clerk
	config.OnUserDeleted = func(_ context.Context, event webhook.UserDeletedEvent) error {
		visits.forget(event.UserID)
		return nil // with an error, Clerk sends the event again
	}
	receiver, err := webhook.New(config)
	if err != nil {
		return nil, err
	}
	clerk.Exempt("/webhooks/clerk") // Clerk signs its requests and has no session
	r := gin.New()
	_ = r.SetTrustedProxies(nil) // behind one, see the example proxy
	r.Use(gin.Recovery())
	r.POST("/webhooks/clerk", gin.WrapH(receiver))
	r.GET("/api/visits", ginclerk.API(), clerk.RequireSession(), func(c *gin.Context) {
		c.JSON(http.StatusOK, gin.H{"visits": visits.add(ginclerk.From(c).UserID), "users": visits.users()})
	})
	return r, nil
}

// visits counts the visits of each user. Your application has a database in its place.
type visits struct {
	mu    sync.Mutex
	count map[string]int
}

func (v *visits) add(userID string) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.count[userID]++
	return v.count[userID]
}

func (v *visits) users() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.count)
}

func (v *visits) forget(userID string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.count, userID)
}
