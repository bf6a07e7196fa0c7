package world

import (
	"net/http"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
)

// SignIn is an attempt to sign in on a client.
type SignIn struct {
	ID         string
	Client     *Client
	Identifier string
	User       *User // nil before an identifier is given
	// FirstFactor and SecondFactor are the factors in progress.
	FirstFactor, SecondFactor Verification
	CreatedSessionID          string
	AbandonAt                 time.Time
}

// Status returns the state of the attempt, in Clerk's words.
func (a *SignIn) Status(now time.Time) string {
	switch {
	case a.CreatedSessionID != "":
		return StatusComplete
	case !now.Before(a.AbandonAt):
		return "abandoned"
	case a.User == nil:
		return "needs_identifier"
	case a.FirstFactor.Status == statusVerified:
		return StatusNeedsSecondFactor // without a second factor, it would be complete
	default:
		return StatusNeedsFirstFactor
	}
}

// NewSignIn begins an attempt on the client, in place of one in progress. The identifier may be "".
func (w *World) NewSignIn(c *Client, identifier string) (*SignIn, error) {
	if err := w.single(c); err != nil {
		return nil, err
	}
	a := &SignIn{ID: NewID("sia_"), Client: c, AbandonAt: w.now().Add(AttemptLifetime)}
	if identifier != "" {
		u := w.UserByEmail(identifier)
		if u == nil {
			return nil, apierr.Param("form_identifier_not_found", "identifier", "There is no account with this e-mail address.")
		}
		if err := admit(c, u); err != nil {
			return nil, err
		}
		a.Identifier, a.User = NormalizeEmail(identifier), u
	}
	w.beginSignIn(a)
	return a, nil
}

func (w *World) beginSignIn(a *SignIn) {
	w.signIns[a.ID] = a
	a.Client.SignIn = a
}

// single refuses further sessions on a client if the instance allows only one.
func (w *World) single(c *Client) error {
	if w.SingleSession && len(c.SignedIn()) > 0 {
		return apierr.New(http.StatusBadRequest, "session_exists", "An account is signed in here, and this instance allows one at a time.")
	}
	return nil
}

// admit says whether the user may begin to sign in on the client.
func admit(c *Client, u *User) error {
	if err := allowed(u); err != nil {
		return err
	}
	if s := c.SessionOf(u); s != nil {
		err := apierr.New(http.StatusBadRequest, "identifier_already_signed_in", "This account is already signed in here.")
		err.Meta = map[string]any{"session_id": s.ID}
		return err
	}
	return nil
}

// SignInOf returns the client's attempt with the id, or nil.
func (w *World) SignInOf(c *Client, id string) *SignIn {
	if a := w.signIns[id]; a != nil && a.Client == c {
		return a
	}
	return nil
}

// PrepareEmailCode begins the verification by code. It sends no e-mail.
func (w *World) PrepareEmailCode(a *SignIn) error {
	if err := w.needsFirstFactor(a); err != nil {
		return err
	}
	a.FirstFactor.sendCode(w.now())
	return nil
}

// AttemptPassword tries a password. A right one signs the user in; the session is nil if a second factor is needed.
func (w *World) AttemptPassword(a *SignIn, password string, from Activity) (*Session, error) {
	if err := w.needsFirstFactor(a); err != nil {
		return nil, err
	}
	if err := w.tryPassword(a.User, &a.FirstFactor, password); err != nil {
		return nil, err
	}
	return w.firstFactorVerified(a, StrategyPassword, from), nil
}

// AttemptEmailCode tries a code, with the same result.
func (w *World) AttemptEmailCode(a *SignIn, code string, from Activity) (*Session, error) {
	if err := w.needsFirstFactor(a); err != nil {
		return nil, err
	}
	if err := w.tryEmailCode(a.User, &a.FirstFactor, code); err != nil {
		return nil, err
	}
	return w.firstFactorVerified(a, StrategyEmailCode, from), nil
}

// AttemptSecondFactor tries a code of an authenticator app or a backup code. A right one signs the user in.
func (w *World) AttemptSecondFactor(a *SignIn, strategy, code string, from Activity) (*Session, error) {
	if err := w.needsSecondFactor(a); err != nil {
		return nil, err
	}
	if err := w.trySecondFactor(a.User, &a.SecondFactor, strategy, code); err != nil {
		return nil, err
	}
	return w.complete(a, NewSession{Strategy: a.FirstFactor.Strategy, From: from}), nil
}

// PrepareSecondFactor fails: neither authenticator apps nor backup codes need a preparation.
func (w *World) PrepareSecondFactor(a *SignIn, strategy string) error {
	if err := w.needsSecondFactor(a); err != nil {
		return err
	}
	return noSecondFactor(strategy)
}

func (w *World) firstFactorVerified(a *SignIn, strategy string, from Activity) *Session {
	if a.User.TOTP {
		return nil
	}
	return w.complete(a, NewSession{Strategy: strategy, From: from})
}

func (w *World) needsFirstFactor(a *SignIn) error { return w.needs(a, StatusNeedsFirstFactor) }

func (w *World) needsSecondFactor(a *SignIn) error { return w.needs(a, StatusNeedsSecondFactor) }

// needs checks the account again: it may have been banned, or signed in by another attempt, since this one began.
func (w *World) needs(a *SignIn, want string) error {
	switch status := a.Status(w.now()); status {
	case want:
	case StatusComplete:
		return apierr.New(http.StatusBadRequest, "sign_in_already_complete", "This sign-in is already complete.")
	case "needs_identifier":
		return apierr.Missing("identifier")
	case "abandoned":
		return apierr.NotFound("sign-in attempt", a.ID)
	default:
		return apierr.New(http.StatusBadRequest, "client_state_invalid", "This sign-in does not wait for this: it is "+status+".")
	}
	if w.User(a.User.ID) == nil {
		return apierr.NotFound("user", a.User.ID)
	}
	return admit(a.Client, a.User)
}

func (w *World) complete(a *SignIn, n NewSession) *Session {
	if n.Actor == nil {
		a.User.failures = 0
	}
	s := w.Start(a.Client, a.User, n)
	a.CreatedSessionID, a.Client.SignIn = s.ID, nil
	return s
}
