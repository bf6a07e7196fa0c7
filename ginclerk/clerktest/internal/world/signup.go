package world

import (
	"net/http"
	"net/mail"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
)

// MinPasswordLength is the shortest password that a sign-up accepts, in bytes (Clerk's default).
const MinPasswordLength = 8

const maxPasswordLength = 72

// SignUp is an attempt to create an account on a client.
type SignUp struct {
	ID                  string
	Client              *Client
	FirstName, LastName string
	Email               string
	UnsafeMetadata      map[string]any
	// EmailVerification is the state of the address.
	EmailVerification               Verification
	CreatedSessionID, CreatedUserID string
	AbandonAt                       time.Time
	password                        string
}

// SignUpFields are the fields of a sign-up. Nil leaves a field unchanged.
type SignUpFields struct {
	Email, Password, FirstName, LastName *string
	UnsafeMetadata                       map[string]any
}

// HasPassword reports whether a password was given.
func (a *SignUp) HasPassword() bool { return a.password != "" }

// Missing returns the required fields that are still empty.
func (a *SignUp) Missing() []string {
	missing := []string{}
	if a.Email == "" {
		missing = append(missing, "email_address")
	}
	if a.password == "" {
		missing = append(missing, "password")
	}
	return missing
}

// Status returns the state of the attempt, in Clerk's words.
func (a *SignUp) Status(now time.Time) string {
	switch {
	case a.CreatedUserID != "":
		return "complete"
	case !now.Before(a.AbandonAt):
		return "abandoned"
	default:
		return "missing_requirements"
	}
}

// NewSignUp begins an attempt on the client, in place of one in progress.
func (w *World) NewSignUp(c *Client, f SignUpFields) (*SignUp, error) {
	if err := w.single(c); err != nil {
		return nil, err
	}
	a := &SignUp{
		ID: NewID("sua_"), Client: c, UnsafeMetadata: map[string]any{}, AbandonAt: w.now().Add(AttemptLifetime),
	}
	if err := w.UpdateSignUp(a, f); err != nil {
		return nil, err
	}
	w.signUps[a.ID] = a
	c.SignUp = a
	return a, nil
}

// SignUpOf returns the client's attempt with the id, or nil.
func (w *World) SignUpOf(c *Client, id string) *SignUp {
	if a := w.signUps[id]; a != nil && a.Client == c {
		return a
	}
	return nil
}

// UpdateSignUp changes fields of an attempt. A new address has to be verified again.
func (w *World) UpdateSignUp(a *SignUp, f SignUpFields) error {
	if err := w.open(a); err != nil {
		return err
	}
	if err := w.checkFields(f); err != nil {
		return err
	}
	if f.Email != nil && NormalizeEmail(*f.Email) != a.Email {
		a.Email, a.EmailVerification = NormalizeEmail(*f.Email), Verification{}
	}
	if f.Password != nil {
		a.password = *f.Password
	}
	if f.FirstName != nil {
		a.FirstName = *f.FirstName
	}
	if f.LastName != nil {
		a.LastName = *f.LastName
	}
	if f.UnsafeMetadata != nil {
		a.UnsafeMetadata = f.UnsafeMetadata
	}
	return nil
}

// PrepareSignUpCode begins the verification of the address by code. It sends no e-mail.
func (w *World) PrepareSignUpCode(a *SignUp) error {
	if err := w.open(a); err != nil {
		return err
	}
	if a.Email == "" {
		return apierr.Missing("email_address")
	}
	a.EmailVerification.sendCode(w.now())
	return nil
}

// AttemptSignUpCode tries a code. If no other field is missing, the account is created and signed in. The session is nil while
// a field is missing.
func (w *World) AttemptSignUpCode(a *SignUp, code string, from Activity) (*Session, error) {
	if err := w.open(a); err != nil {
		return nil, err
	}
	if err := a.EmailVerification.attemptCode(code, w.now()); err != nil {
		return nil, err
	}
	return w.FinishSignUp(a, from)
}

// FinishSignUp creates the account if no field is missing, and returns its session, or nil.
func (w *World) FinishSignUp(a *SignUp, from Activity) (*Session, error) {
	if len(a.Missing()) > 0 || a.EmailVerification.Status != "verified" || a.CreatedUserID != "" {
		return nil, nil //nolint:nilnil // a missing field is not an error
	}
	if w.UserByEmail(a.Email) != nil {
		return nil, taken()
	}
	u := w.AddUser(NewUser{
		FirstName: a.FirstName, LastName: a.LastName, Email: a.Email, Password: a.password, UnsafeMetadata: a.UnsafeMetadata,
	})
	s := w.StartSession(a.Client, u, StrategyEmailCode, from)
	a.CreatedUserID, a.CreatedSessionID, a.Client.SignUp = u.ID, s.ID, nil
	return s, nil
}

func (w *World) open(a *SignUp) error {
	switch a.Status(w.now()) {
	case "complete":
		return apierr.New(http.StatusBadRequest, "sign_up_already_complete", "This sign-up is already complete.")
	case "abandoned":
		return apierr.NotFound("sign-up attempt", a.ID)
	}
	return nil
}

func (w *World) checkFields(f SignUpFields) error {
	if f.Email != nil {
		parsed, err := mail.ParseAddress(*f.Email)
		if err != nil || parsed.Name != "" {
			return apierr.Param("form_param_format_invalid", "email_address", "This is not an e-mail address.")
		}
		if w.UserByEmail(*f.Email) != nil {
			return taken()
		}
	}
	if f.Password == nil {
		return nil
	}
	switch n := len(*f.Password); {
	case n < MinPasswordLength:
		return apierr.Param("form_password_length_too_short", "password", "The password needs 8 characters or more.")
	case n > maxPasswordLength:
		return apierr.Param("form_password_length_too_long", "password", "The password is longer than 72 characters.")
	}
	return nil
}

func taken() error {
	return apierr.Param("form_identifier_exists", "email_address", "There is an account with this e-mail address already.")
}

// UsernameTaken is the error for a username that another user has.
func UsernameTaken() error {
	return apierr.Param("form_identifier_exists", "username", "There is an account with this username already.")
}
