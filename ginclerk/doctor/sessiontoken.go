package doctor

import (
	"context"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/jwks"
	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// copiedAgo is how long ago the cookies may have been copied: a token that has expired since then is no problem.
const copiedAgo = 30 * 24 * time.Hour

// examineTokens verifies the session tokens of the header as the application does. It has no finding where one of them is good.
func (e *examination) examineTokens(ctx context.Context, cookies []cookie) {
	keys := e.publishedKeys()
	if keys == nil {
		return
	}
	defer func() { _ = keys.Close(ctx) }() // nothing is under way
	verifier, err := token.NewVerifier(token.Config{
		Keys: keys, AuthorizedParties: e.parties(), Audiences: e.Config.Tokens.Audiences, Now: e.now, UnsafeSkipIssuer: true,
	})
	if err != nil {
		return // examineConfiguration has reported it
	}
	verifier = verifier.WithClockSkew(copiedAgo)
	var refused error
	var party string
	for _, c := range cookies {
		if !e.isSession(c.name) {
			continue
		}
		read, err := token.Read(c.value)
		if err == nil {
			party = read.Claims().AuthorizedParty
			if _, err = verifier.Verify(ctx, read); err == nil {
				return
			}
		}
		refused = err
	}
	if reason := token.ReasonOf(refused); reason != "" {
		e.judgeToken(reason, party)
	}
}

// judgeToken reports why a session token is refused.
func (e *examination) judgeToken(reason token.Reason, party string) {
	switch reason {
	case token.ReasonInvalidAuthorizedParties:
		at, err := origin.Parse(party)
		if err != nil {
			e.problem("session-token-of-another-party", "the session token names no origin that it was made for (azp)")
			return
		}
		e.problem("session-token-of-another-party", "the session token was made for %s, and the application accepts %s", at, strings.Join(e.parties(), ", "))
	case token.ReasonJWKKidMismatch, token.ReasonJWKRemoteMissing, token.ReasonInvalidSignature:
		e.problem("session-token-of-another-instance", "the session token is signed with a key that the instance does not publish (%s)", reason)
	default:
		e.problem("session-token-refused", "the session token is refused (%s)", reason)
	}
}

// publishedKeys are the keys that Clerk has sent; nil where it has sent none.
func (e *examination) publishedKeys() *jwks.Remote {
	if e.witness == nil {
		return nil
	}
	set, ok := e.witness.keySet(backendKeys)
	if !ok || !jwks.Usable(set) {
		return nil
	}
	return jwks.NewRemote(jwks.RemoteConfig{Fetcher: fetched(set), Now: e.now})
}

// parties are the origins whose tokens the application accepts.
func (e *examination) parties() []string {
	list := e.Config.AuthorizedParties
	if len(list) == 0 {
		list = e.Config.Origins
	}
	origins, err := origin.ParseList(list)
	if err != nil {
		return nil // examineConfiguration has reported it
	}
	return origin.Texts(origins)
}

// fetched is a key set that has been fetched.
type fetched []byte

// JWKS implements [jwks.Fetcher].
func (f fetched) JWKS(context.Context) ([]byte, error) { return f, nil }
