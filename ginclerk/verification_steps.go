package ginclerk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// StartVerification begins to prove once more who is signed in, at Clerk's Frontend API with the browser's own credential. It
// ends what was begun before. A browser that had switched without its credential has none for the session.
func (k *Clerk) StartVerification(c *gin.Context, level token.Level) (Verification, error) {
	return k.verifyStep(c, level, func(ctx context.Context, b clerkapi.Browser, id string) (clerkapi.Verification, error) {
		return k.frontend.StartVerification(ctx, b, id, string(level))
	})
}

// SendVerificationCode has Clerk send the code of a factor.
func (k *Clerk) SendVerificationCode(c *gin.Context, v Verification, factor VerificationFactor) (Verification, error) {
	return k.verifyStep(c, v.Level, func(ctx context.Context, b clerkapi.Browser, id string) (clerkapi.Verification, error) {
		if v.Second {
			return k.frontend.PrepareSecondFactor(ctx, b, id, factor.forClerk())
		}
		return k.frontend.PrepareFirstFactor(ctx, b, id, factor.forClerk())
	})
}

// AttemptVerification tries a password or a code. With [Verification.Complete] the session's next token says so: end the
// request with [Clerk.FinishVerification]. The proof is kept nowhere and is in no error.
func (k *Clerk) AttemptVerification(c *gin.Context, v Verification, factor VerificationFactor, proof string) (Verification, error) {
	return k.verifyStep(c, v.Level, func(ctx context.Context, b clerkapi.Browser, id string) (clerkapi.Verification, error) {
		if v.Second {
			return k.frontend.AttemptSecondFactor(ctx, b, id, factor.Strategy, proof)
		}
		return k.frontend.AttemptFirstFactor(ctx, b, id, factor.Strategy, proof)
	})
}

func (k *Clerk) verifyStep(
	c *gin.Context, level token.Level, step func(context.Context, clerkapi.Browser, string) (clerkapi.Verification, error),
) (Verification, error) {
	browser := k.Browser(c)
	if !browser.HasCredential() || From(c).Switched() {
		return Verification{}, session.ErrNoCredential
	}
	got, err := step(c.Request.Context(), clerkapi.Browser{
		Credential: k.browserCredential(c), Origin: browser.Origin, Address: browser.Address, UserAgent: browser.UserAgent,
	}, From(c).SessionID)
	switch {
	case errors.Is(err, clerkapi.ErrNotFound): // another browser's session
		return Verification{}, fmt.Errorf("%w: %w", session.ErrNoCredential, err)
	case err != nil:
		return Verification{}, proofError(err)
	}
	return verificationOf(level, got), nil
}

// The browser remembers what it has proved, for as long as that must be enough: who is sent back to prove the same again can't
// meet what is asked.
const (
	verifiedCookie     = "__ginclerk_verified"
	maxVerifiedSeconds = 10 * 60
	verifiedMargin     = 30 // ages in tokens are whole minutes, and browsers have clocks of their own
)

// FinishVerification ends the request in which a verification became complete: the browser goes through a handshake, after
// which its token says so, and on to returnTo, which must be a safe target.
func (k *Clerk) FinishVerification(c *gin.Context, asked token.Reverification, returnTo string) {
	k.tokens.Forget(From(c).SessionID)
	seconds := min(maxVerifiedSeconds, max(verifiedMargin, asked.AfterMinutes*int(time.Minute/time.Second)-verifiedMargin))
	until := k.now().Add(time.Duration(seconds) * time.Second).Unix()
	k.setPlainCookie(c, verifiedCookie, proved(c, asked)+"-"+strconv.FormatInt(until, 10), seconds)
	k.SyncBrowser(c, returnTo, ReasonReverification)
}

// VerifiedInVain reports whether this session has proved the same just now ([Clerk.FinishVerification]): asking again would
// not help.
func (k *Clerk) VerifiedInVain(c *gin.Context, asked token.Reverification) bool {
	what, end, _ := strings.Cut(cookie(c.Request, verifiedCookie), "-")
	until, err := strconv.ParseInt(end, 10, 64)
	return err == nil && what == proved(c, asked) && k.now().Unix() < until
}

func proved(c *gin.Context, asked token.Reverification) string {
	sum := sha256.Sum256([]byte(From(c).SessionID + "\n" + string(asked.Level) + "\n" + strconv.Itoa(asked.AfterMinutes)))
	return hex.EncodeToString(sum[:8])
}
