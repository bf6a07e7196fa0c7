// Program server is one application with one JSON route, which cmd/load puts load on: server gin | ginclerk | clerk-sdk-go. It takes
// Clerk's keys from the environment and says on its first line where it listens.
package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/clerk/clerk-sdk-go/v2"
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/bench/peers"
	"github.com/ginclerk/ginclerk/ginclerk"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("usage: server gin | ginclerk | clerk-sdk-go")
	}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	if err := engine.SetTrustedProxies(nil); err != nil {
		return err
	}
	if err := route(engine, args[0]); err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(os.Stdout, listener.Addr()); err != nil {
		return err
	}
	server := &http.Server{Handler: engine, ReadHeaderTimeout: time.Minute}
	return server.Serve(listener)
}

// route registers the route with what stands in front of it.
func route(engine *gin.Engine, kind string) error {
	switch kind {
	case "gin":
		engine.GET("/api/orders/:id", func(c *gin.Context) { answer(c, "user_000000000000000000000000000") })
		return nil
	case "ginclerk":
		config := ginclerk.ConfigFromEnv()
		config.Origins = []string{os.Getenv("BENCH_ORIGIN")}
		k, err := ginclerk.New(config)
		if err != nil {
			return err
		}
		engine.Use(k.Attach())
		engine.GET("/api/orders/:id", k.RequireSession(), func(c *gin.Context) { answer(c, ginclerk.From(c).UserID) })
		return nil
	case "clerk-sdk-go":
		engine.Use(peers.ClerkSDK(os.Getenv("CLERK_SECRET_KEY"), os.Getenv("CLERK_API_URL"), os.Getenv("BENCH_ORIGIN")))
		engine.GET("/api/orders/:id", func(c *gin.Context) {
			claims, ok := clerk.SessionClaimsFromContext(c.Request.Context())
			if !ok {
				c.AbortWithStatus(http.StatusUnauthorized)
				return
			}
			answer(c, claims.Subject)
		})
		return nil
	default:
		return fmt.Errorf("no server %q", kind)
	}
}

type order struct {
	ID       string `json:"id"`
	User     string `json:"user"`
	Status   string `json:"status"`
	Total    int    `json:"total"`
	Currency string `json:"currency"`
}

func answer(c *gin.Context, userID string) {
	c.JSON(http.StatusOK, order{ID: c.Param("id"), User: userID, Status: "paid", Total: 4200, Currency: "EUR"})
}
