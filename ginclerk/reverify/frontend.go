package reverify

import (
	"context"

	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Frontend asks Clerk's Frontend API, with the browser's own credential. It is used concurrently.
//
// Its errors match those of this package for what Clerk says about the proof, [session.ErrNoCredential] where Clerk refuses the
// browser or the session is another browser's, and [session.ErrUnavailable] for an outage. No error has the proof in it.
type Frontend interface {
	// StartVerification begins to verify factors of a session, in place of what was begun before.
	StartVerification(ctx context.Context, b session.Browser, sessionID string, level token.Level) (Answer, error)
	// SendCode has the code of a factor sent: of a second one where the verification says so.
	SendCode(ctx context.Context, b session.Browser, sessionID string, v Verification, factor Factor) (Answer, error)
	// AttemptFactor tries a password or a code: of a second factor where the verification says so.
	AttemptFactor(ctx context.Context, b session.Browser, sessionID string, v Verification, factor Factor, proof string) (Answer, error)
}

// Answer is what Clerk says about a verification (OpenAPI schema Client.SessionReverification). The zero value waits for a first
// factor, and the user has none.
type Answer struct {
	// Complete says that everything is proved.
	Complete bool
	// Second says that Clerk waits for a second factor, and no longer for a first.
	Second bool
	// Factors are those that the user could verify now, of every strategy and in any order.
	Factors []Factor
}
