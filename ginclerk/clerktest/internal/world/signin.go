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
	User       *User // nil while no identifier was given
	// FirstFactor is the factor in progress.
	FirstFactor      Verification
	CreatedSessionID string
	AbandonAt        time.Time
}

// Status returns where the attempt stands, in Clerk's words.
func (a *SignIn) Status(now time.Time) string {
	switch {
	case a.CreatedSessionID != "":
		return "complete"
	case !now.Before(a.AbandonAt):
		return "abandoned"
	case a.User == nil:
		return "needs_identifier"
	default:
		return "needs_first_factor"
	}
}

// NewSignIn begins an attempt on the client, in place of one in progress. The identifier may be "".
func (w *World) NewSignIn(c *Client, identifier string) (*SignIn, error) {
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
	w.signIns[a.ID] = a
	c.SignIn = a
	return a, nil
}

// admit says whether the user may begin to sign in on the client.
func admit(c *Client, u *User) error {
	switch {
	case u.Banned:
		return apierr.New(http.StatusForbidden, "user_banned", "This account is banned.")
	case u.Locked:
		return apierr.New(http.StatusForbidden, "user_locked", "This account is locked.")
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

// PrepareEmailCode sends the code (that is, nothing) for an attempt.
func (w *World) PrepareEmailCode(a *SignIn) error {
	if err := w.needsFirstFactor(a); err != nil {
		return err
	}
	a.FirstFactor.sendCode(w.now())
	return nil
}

// AttemptPassword tries a password and signs in where it is right.
func (w *World) AttemptPassword(a *SignIn, password string, from Activity) (*Session, error) {
	if err := w.needsFirstFactor(a); err != nil {
		return nil, err
	}
	if !a.User.PasswordEnabled() {
		return nil, apierr.Param("strategy_for_user_invalid", "strategy", "This account has no password.")
	}
	if password == "" {
		return nil, apierr.Param("form_param_nil", "password", "Enter your password.")
	}
	if a.FirstFactor.Strategy != StrategyPassword {
		a.FirstFactor = Verification{Strategy: StrategyPassword, Status: "unverified"}
	}
	a.FirstFactor.Attempts++
	if !a.User.checkPassword(password) {
		return nil, apierr.Param("form_password_incorrect", "password", "The password is not right. Try again.")
	}
	a.FirstFactor.Status = "verified"
	return w.complete(a, StrategyPassword, from), nil
}

// AttemptEmailCode tries a code and signs in where it is right.
func (w *World) AttemptEmailCode(a *SignIn, code string, from Activity) (*Session, error) {
	if err := w.needsFirstFactor(a); err != nil {
		return nil, err
	}
	if err := a.FirstFactor.attemptCode(code, w.now()); err != nil {
		return nil, err
	}
	return w.complete(a, StrategyEmailCode, from), nil
}

// needsFirstFactor looks at the account again: it may have been banned, or signed in by another attempt, since this one began.
func (w *World) needsFirstFactor(a *SignIn) error {
	switch a.Status(w.now()) {
	case "complete":
		return apierr.New(http.StatusBadRequest, "sign_in_already_complete", "This sign-in is already complete.")
	case "needs_identifier":
		return apierr.Missing("identifier")
	case "abandoned":
		return apierr.NotFound("sign-in attempt", a.ID)
	}
	if w.User(a.User.ID) == nil {
		return apierr.NotFound("user", a.User.ID)
	}
	return admit(a.Client, a.User)
}

func (w *World) complete(a *SignIn, strategy string, from Activity) *Session {
	s := w.StartSession(a.Client, a.User, strategy, from)
	a.CreatedSessionID, a.Client.SignIn = s.ID, nil
	return s
}
