package world

import (
	"net/http"
	"net/mail"
	"regexp"
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
	Username, Phone     string
	UnsafeMetadata      map[string]any
	// The states of the address, of the phone number, and of the account at the social provider.
	EmailVerification, PhoneVerification, ExternalVerification Verification
	// OAuth is where the browser goes after the social provider's page.
	OAuth                           OAuth
	CreatedSessionID, CreatedUserID string
	AbandonAt                       time.Time
	password                        string
}

// SignUpFields are the fields of a sign-up. Nil leaves a field unchanged.
type SignUpFields struct {
	Email, Password, FirstName, LastName, Username, Phone *string
	UnsafeMetadata                                        map[string]any
}

// HasPassword reports whether a password was given.
func (a *SignUp) HasPassword() bool { return a.password != "" }

// Missing returns the required fields that are still empty.
func (a *SignUp) Missing() []string {
	missing := []string{}
	if a.Email == "" {
		missing = append(missing, "email_address")
	}
	if a.password == "" && a.ExternalVerification.Status != statusVerified {
		missing = append(missing, "password")
	}
	return missing
}

// Unverified returns the fields that have to be verified.
func (a *SignUp) Unverified() []string {
	fields := []string{}
	if a.Email != "" && a.EmailVerification.Status != statusVerified {
		fields = append(fields, "email_address")
	}
	if a.Phone != "" && a.PhoneVerification.Status != statusVerified {
		fields = append(fields, "phone_number")
	}
	return fields
}

// verification returns the state of the field that a strategy verifies.
func (a *SignUp) verification(strategy string) *Verification {
	if strategy == StrategyPhoneCode {
		return &a.PhoneVerification
	}
	return &a.EmailVerification
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

// SignUpOf returns the client's attempt with the id, or nil; nil without a client, too.
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
	if f.Phone != nil && NormalizePhone(*f.Phone) != a.Phone {
		a.Phone, a.PhoneVerification = NormalizePhone(*f.Phone), Verification{}
	}
	for field, value := range map[*string]*string{
		&a.password: f.Password, &a.FirstName: f.FirstName, &a.LastName: f.LastName, &a.Username: f.Username,
	} {
		if value != nil {
			*field = *value
		}
	}
	if f.UnsafeMetadata != nil {
		a.UnsafeMetadata = f.UnsafeMetadata
	}
	return nil
}

// PrepareSignUpCode begins the verification of the address or the phone number by code. It sends none.
func (w *World) PrepareSignUpCode(a *SignUp, strategy string) error {
	if err := w.open(a); err != nil {
		return err
	}
	field, value := "email_address", a.Email
	if strategy == StrategyPhoneCode {
		field, value = "phone_number", a.Phone
	}
	if value == "" {
		return apierr.Missing(field)
	}
	a.verification(strategy).sendCode(strategy, w.now())
	return nil
}

// AttemptSignUpCode tries a code. If no other field is missing, the account is created and signed in. The session is nil while
// a field is missing.
func (w *World) AttemptSignUpCode(a *SignUp, strategy, code string, from Activity) (*Session, error) {
	if err := w.open(a); err != nil {
		return nil, err
	}
	if err := a.verification(strategy).attemptCode(strategy, code, w.now()); err != nil {
		return nil, err
	}
	return w.FinishSignUp(a, from)
}

// FinishSignUp creates the account if no field is missing, and returns its session, or nil.
func (w *World) FinishSignUp(a *SignUp, from Activity) (*Session, error) {
	if len(a.Missing()) > 0 || len(a.Unverified()) > 0 || a.CreatedUserID != "" {
		return nil, nil //nolint:nilnil // a missing field is not an error
	}
	if w.UserByEmail(a.Email) != nil {
		return nil, taken()
	}
	u := w.AddUser(NewUser{
		FirstName: a.FirstName, LastName: a.LastName, Email: a.Email, Password: a.password, UnsafeMetadata: a.UnsafeMetadata,
		Username: a.Username, Phone: a.Phone,
	})
	strategy := StrategyEmailCode
	if a.ExternalVerification.Status == statusVerified {
		strategy = StrategyOAuth
		w.link(u, a.Email)
	}
	s := w.StartSession(a.Client, u, strategy, from)
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
	if f.Username != nil {
		switch {
		case !regexp.MustCompile(`^[A-Za-z0-9_-]{4,64}$`).MatchString(*f.Username):
			return apierr.Param("form_username_invalid_character", "username", "A username has 4 to 64 letters, digits, _ and -.")
		case w.UserByUsername(*f.Username) != nil:
			return UsernameTaken()
		}
	}
	if f.Phone != nil {
		number := NormalizePhone(*f.Phone)
		switch {
		case !regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`).MatchString(number):
			return apierr.Param("form_param_format_invalid", "phone_number", "This is not a phone number with + and the country's code.")
		case w.UserByPhone(number) != nil:
			return apierr.Param("form_identifier_exists", "phone_number", "There is an account with this phone number already.")
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
