package reverify_test

import (
	"bytes"
	"context"
	"fmt"

	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
	"github.com/ginclerk/ginclerk/ginclerk/reverify"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// password stands for the Frontend API of a user who has a password and nothing else. An application hands in
// clerksource.NewFrontend.
type password string

func (password) StartVerification(context.Context, session.Browser, string, token.Level) (reverify.Answer, error) {
	return reverify.Answer{Factors: []reverify.Factor{{Strategy: "passkey"}, {Strategy: reverify.StrategyPassword}}}, nil
}

func (password) SendCode(context.Context, session.Browser, string, reverify.Verification, reverify.Factor) (reverify.Answer, error) {
	return reverify.Answer{}, reverify.ErrVerificationOver
}

func (p password) AttemptFactor(
	_ context.Context, _ session.Browser, _ string, _ reverify.Verification, _ reverify.Factor, proof string,
) (reverify.Answer, error) {
	if proof != string(p) {
		return reverify.Answer{}, reverify.ErrProofIncorrect
	}
	return reverify.Answer{Complete: true}, nil
}

func ExampleService_Attempt() {
	ctx := context.Background()
	keyring, err := sealed.NewKeyring(sealed.Config{Keys: [][]byte{bytes.Repeat([]byte("k"), sealed.MinKeyLength)}})
	if err != nil {
		fmt.Println(err)
		return
	}
	service, err := reverify.New(reverify.Config{Frontend: password("correct horse"), Keyring: keyring})
	if err != nil {
		fmt.Println(err)
		return
	}
	browser, sessionID := session.Browser{Client: "of the cookie __client"}, "sess_1" // of the verified session token

	// A page is asked for. It shows the factors, and carries the verification in a hidden field.
	v, err := service.Start(ctx, browser, sessionID, token.FirstFactor)
	fmt.Println(v.Factors[0].Strategy, err)
	field, err := service.Seal(sessionID, v)
	if err != nil {
		fmt.Println(err)
		return
	}

	// The page's form comes back with a password, twice.
	for _, proof := range []string{"correct house", "correct horse"} {
		v, err := service.Open(sessionID, field)
		if err != nil {
			fmt.Println(err)
			return
		}
		v, err = service.Attempt(ctx, browser, sessionID, v, v.Factors[0], proof)
		fmt.Println(v.Complete, err)
	}

	// Output:
	// password <nil>
	// false the password or code is not right
	// true <nil>
}
