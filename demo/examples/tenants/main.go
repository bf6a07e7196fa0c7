// Tenants serves several customers, each with a Clerk instance of its own, and chooses among them by the host of the request. A file names
// them, by their addresses:
//
//	{"https://acme.example.com": {"PublishableKey": "pk_live_…", "SecretKey": "sk_live_…"}}
package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

func main() {
	text, err := os.ReadFile(cmp.Or(os.Getenv("TENANTS"), "tenants.json"))
	if err != nil {
		log.Fatal(err)
	}
	var configs map[string]ginclerk.Config
	if err := json.Unmarshal(text, &configs); err != nil {
		log.Fatal(err)
	}
	tenants, err := newTenants(configs)
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(newRouter(tenants).Run("localhost:" + cmp.Or(os.Getenv("PORT"), "8080")))
}

// newTenants makes a Clerk for each customer once. They last as long as the program: each has keys and caches of its own.
func newTenants(configs map[string]ginclerk.Config) (*ginclerk.Clerk, error) {
	byHost := map[string]*ginclerk.Clerk{}
	for origin, config := range configs {
		address, err := url.Parse(origin)
		if err != nil {
			return nil, err
		}
		config.Origins = []string{origin}
		if byHost[address.Host], err = ginclerk.New(config); err != nil {
			return nil, fmt.Errorf("%s: %w", origin, err)
		}
	}
	return ginclerk.NewTenants(func(r *http.Request) (*ginclerk.Clerk, error) {
		if clerk, found := byHost[r.Host]; found {
			return clerk, nil
		}
		return nil, ginclerk.ErrNoTenant // the answer is 404
	}), nil
}

func newRouter(tenants *ginclerk.Clerk) *gin.Engine {
	r := gin.New()
	_ = r.SetTrustedProxies(nil) // behind one, see the example proxy
	r.Use(gin.Recovery())
	r.GET("/api/me", ginclerk.API(), tenants.RequireSession(), func(c *gin.Context) {
		c.JSON(http.StatusOK, gin.H{"user_id": ginclerk.From(c).UserID, "host": c.Request.Host})
	})
	return r
}
