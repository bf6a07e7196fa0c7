// Native serves a desktop application (Tauri) and a mobile one beside the application's own pages. Both send their session token in the
// Authorization header; the desktop's tokens name tauri://localhost as their party (azp), the mobile's name none.
package main

import (
	"cmp"
	"log"
	"net/http"
	"os"

	"github.com/gin-contrib/cors"
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// desktop is the origin of the desktop application's window. On Windows it is http://tauri.localhost.
const desktop = "tauri://localhost"

func main() {
	address := "localhost:" + cmp.Or(os.Getenv("PORT"), "8080")
	config := ginclerk.ConfigFromEnv()
	config.Origins = []string{"http://" + address}
	clerk, err := ginclerk.New(config)
	if err != nil {
		log.Fatal(err)
	}
	r, err := newRouter(clerk)
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(r.Run(address))
}

func newRouter(clerk *ginclerk.Clerk) (*gin.Engine, error) {
	desktops, err := ginclerk.ServeClients(ginclerk.ClientOptions{Parties: []string{desktop}})
	if err != nil {
		return nil, err
	}
	// Every holder of a token without a party passes here, wherever it was made for: open no more routes than mobile applications need.
	mobiles, err := ginclerk.ServeClients(ginclerk.ClientOptions{AllowMissingParty: true})
	if err != nil {
		return nil, err
	}
	r := gin.New()
	_ = r.SetTrustedProxies(nil) // behind one, see the example proxy
	// CORS stands in front of the guards: a preflight carries no token.
	r.Use(gin.Recovery(), cors.New(cors.Config{
		AllowOrigins: []string{desktop}, CustomSchemas: []string{"tauri://"},
		AllowMethods: []string{http.MethodGet, http.MethodPost}, AllowHeaders: []string{"Authorization", "Content-Type"},
	}))
	r.GET("/", clerk.RequireSession(), me)
	r.Group("/desktop", ginclerk.API(), desktops, clerk.RequireSession()).GET("/me", me)
	r.Group("/mobile", ginclerk.API(), mobiles, clerk.RequireSession()).GET("/me", me)
	return r, nil
}

func me(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"user_id": ginclerk.From(c).UserID}) }
