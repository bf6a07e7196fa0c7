package world

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
)

// Codes of the errors that say that the browser is signed in already.
const (
	CodeSessionExists   = "session_exists"
	CodeAlreadySignedIn = "identifier_already_signed_in"
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
	// OAuth is where the browser goes after the social provider's page.
	OAuth OAuth
	reset bool // a new password was chosen
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
	case a.FirstFactor.Status == statusVerified && a.FirstFactor.resets() && !a.reset:
		return StatusNeedsNewPassword
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
	a := &SignIn{ID: NewID("sia_"), Client: c}
	if identifier != "" {
		u := w.userByIdentifier(identifier)
		if u == nil {
			return nil, apierr.Param("form_identifier_not_found", "identifier", "There is no account with this e-mail address.")
		}
		if err := admit(c, u); err != nil {
			return nil, err
		}
		a.Identifier, a.User = strings.ToLower(strings.TrimSpace(identifier)), u
	}
	w.beginSignIn(a)
	return a, nil
}

// Identifiers returns the kinds of identifiers with which people sign in.
func (w *World) Identifiers() []string {
	kinds := []string{"email_address"}
	if w.PhoneNumbers {
		kinds = append(kinds, "phone_number")
	}
	if w.Usernames {
		kinds = append(kinds, "username")
	}
	return kinds
}

func (w *World) userByIdentifier(identifier string) *User {
	return cmp.Or(w.UserByEmail(identifier), w.users.first(func(u *User) bool {
		return w.Usernames && u.Username != "" && strings.EqualFold(u.Username, strings.TrimSpace(identifier)) ||
			w.PhoneNumbers && u.Phone != nil && u.PhoneNumber() == NormalizePhone(identifier)
	}))
}

func (w *World) beginSignIn(a *SignIn) {
	a.AbandonAt = w.now().Add(AttemptLifetime)
	w.signIns[a.ID] = a
	a.Client.SignIn = a
}

// single refuses further sessions on a client if the instance allows only one.
func (w *World) single(c *Client) error {
	if w.SingleSession && len(c.SignedIn()) > 0 {
		return apierr.New(http.StatusBadRequest, CodeSessionExists, "An account is signed in here, and this instance allows one at a time.")
	}
	return nil
}

// admit says whether the user may begin to sign in on the client.
func admit(c *Client, u *User) error {
	if err := allowed(u); err != nil {
		return err
	}
	if s := c.SessionOf(u); s != nil {
		err := apierr.New(http.StatusBadRequest, CodeAlreadySignedIn, "This account is already signed in here.")
		err.Meta = map[string]any{"session_id": s.ID}
		return err
	}
	return nil
}

// SignInOf returns the client's attempt with the id, or nil; nil without a client, too.
func (w *World) SignInOf(c *Client, id string) *SignIn {
	if a := w.signIns[id]; a != nil && a.Client == c {
		return a
	}
	return nil
}

// PrepareCode begins the verification by a code in an e-mail or a text message. It sends none.
func (w *World) PrepareCode(a *SignIn, strategy string) error {
	if err := w.needs(a, StatusNeedsFirstFactor); err != nil {
		return err
	}
	if !slices.Contains(w.FirstFactors(a.User), strategy) {
		return apierr.New(http.StatusBadRequest, "strategy_for_user_invalid", "This account can't use the strategy "+strategy+".")
	}
	a.FirstFactor.sendCode(strategy, w.now())
	return nil
}

// FirstFactors returns the strategies with which a user can begin to sign in.
func (w *World) FirstFactors(u *User) []string {
	codes := []string{StrategyEmailCode}
	if w.PhoneNumbers && u.Phone != nil {
		codes = append(codes, StrategyPhoneCode)
	}
	if !u.PasswordEnabled() {
		return codes
	}
	factors := append([]string{StrategyPassword}, codes...)
	for _, code := range codes {
		factors = append(factors, "reset_password_"+code)
	}
	return factors
}

// ResetPassword gives the user a new password, and goes on with the sign-in. It may end the user's sessions.
func (w *World) ResetPassword(a *SignIn, password string, endOthers bool, from Activity) error {
	if err := w.needs(a, StatusNeedsNewPassword); err != nil {
		return err
	}
	if err := w.checkFields(SignUpFields{Password: &password}); err != nil {
		return err
	}
	w.SetPassword(a.User, password)
	w.Changed(a.User)
	if endOthers {
		w.RevokeSessions(a.User, nil)
	}
	a.reset = true
	w.firstFactorVerified(a, a.FirstFactor.Strategy, from)
	return nil
}

// AttemptFirstFactor tries a password or a code, as the strategy says. The right one signs the user in; the session is nil if a second
// factor is needed, or if the user has to choose a new password.
func (w *World) AttemptFirstFactor(a *SignIn, strategy, proof string, from Activity) (*Session, error) {
	if err := w.needs(a, StatusNeedsFirstFactor); err != nil {
		return nil, err
	}
	if err := w.tryFirst(a.User, &a.FirstFactor, strategy, proof); err != nil {
		return nil, err
	}
	return w.firstFactorVerified(a, strategy, from), nil
}

// AttemptSecondFactor tries a code of an authenticator app or a backup code. A right one signs the user in.
func (w *World) AttemptSecondFactor(a *SignIn, strategy, code string, from Activity) (*Session, error) {
	if err := w.needs(a, StatusNeedsSecondFactor); err != nil {
		return nil, err
	}
	if err := w.trySecondFactor(a.User, &a.SecondFactor, strategy, code); err != nil {
		return nil, err
	}
	return w.complete(a, NewSession{Strategy: a.FirstFactor.Strategy, From: from}), nil
}

// PrepareSecondFactor fails: neither authenticator apps nor backup codes need a preparation.
func (w *World) PrepareSecondFactor(a *SignIn, strategy string) error {
	if err := w.needs(a, StatusNeedsSecondFactor); err != nil {
		return err
	}
	return noSecondFactor(strategy)
}

func (w *World) firstFactorVerified(a *SignIn, strategy string, from Activity) *Session {
	if a.User.TOTP || (a.FirstFactor.resets() && !a.reset) {
		return nil
	}
	return w.complete(a, NewSession{Strategy: strategy, From: from})
}

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
