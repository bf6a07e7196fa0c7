// Websocket takes the session token of a script in Sec-WebSocket-Protocol, and closes the connection when the session ends. The script
// may be on any host: it has the token from clerk-js (session.getToken).
//
//	new WebSocket("wss://api.example.com/echo", ["clerk", token])
package main

import (
	"cmp"
	"context"
	"log"
	"os"

	"github.com/coder/websocket"
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// protocol stands in front of the token. The server answers with it, never with the token.
const protocol = "clerk"

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
	sockets, err := ginclerk.ServeClients(ginclerk.ClientOptions{TokenFrom: ginclerk.TokenFromWebSocketProtocol(protocol)})
	if err != nil {
		return nil, err
	}
	r := gin.New()
	_ = r.SetTrustedProxies(nil) // behind one, see the example proxy
	r.Use(gin.Recovery())
	r.GET("/echo", ginclerk.API(), sockets, clerk.RequireSession(), echo)
	return r, nil
}

// echo sends back what it gets until the session ends. The guard has checked the token, and for a cookie the origin.
func echo(c *gin.Context) {
	conn, err := websocket.Accept(c.Writer, c.Request, &websocket.AcceptOptions{
		Subprotocols: []string{protocol}, InsecureSkipVerify: true, // leaves the origin to the guard
	})
	if err != nil {
		return // Accept has answered
	}
	watched, stop := ginclerk.WatchSession(c.Request.Context())
	defer stop()
	context.AfterFunc(watched, func() { _ = conn.Close(websocket.StatusPolicyViolation, "the session has ended") })
	for {
		kind, message, err := conn.Read(c.Request.Context())
		if err != nil {
			return // closed, by either side
		}
		if conn.Write(c.Request.Context(), kind, message) != nil {
			return
		}
	}
}
