package jwks_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/jwks"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// unreachable stands for a Backend API that is down.
type unreachable struct{}

func (unreachable) JWKS(context.Context) ([]byte, error) { return nil, errors.New("no route to host") }

func ExampleNewRemote() {
	keys := jwks.NewRemote(jwks.RemoteConfig{
		Fetcher:  unreachable{}, // in an application: the Backend API's client
		StaleFor: 10 * time.Minute,
	})
	defer func() {
		if err := keys.Close(context.Background()); err != nil {
			fmt.Println(err)
		}
	}()
	_, err := keys.Key(context.Background(), "ins_1")
	fmt.Println(token.ReasonOf(err), errors.Is(err, token.ErrKeysUnavailable))
	// Output: jwk-remote-failed-to-load true
}
