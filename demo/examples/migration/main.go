// Migration has one application three times: on clerk-sdk-go (before), on checks written by hand (handwritten), and on ginclerk (after).
// The test compares their answers, and README.md explains the differences.
//
//	go run . before
package main

import (
	"cmp"
	"fmt"
	"log"
	"os"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

func main() {
	address := "localhost:" + cmp.Or(os.Getenv("PORT"), "8080")
	r, err := choose(cmp.Or(append(os.Args, "", "")[1], "after"), "http://"+address)
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(r.Run(address))
}

func choose(which, origin string) (*gin.Engine, error) {
	config := ginclerk.ConfigFromEnv()
	switch which {
	case "before":
		return before(config.SecretKey, config.ClerkAPI.URL), nil
	case "handwritten":
		return handwritten(config.Tokens.JWTKey)
	case "after":
		config.Origins = []string{origin}
		return after(config)
	default:
		return nil, fmt.Errorf("%s is none of before, handwritten, after", which)
	}
}

// custom are the custom claims of the application's session tokens: Clerk's dashboard, Sessions, Customize session token.
type custom struct {
	Email string `json:"email"`
}
