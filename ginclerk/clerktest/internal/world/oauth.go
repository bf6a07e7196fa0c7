package world

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
)

// OAuth is where the browser goes after the social provider's page: to CompleteURL if nothing is left to do, else to RedirectURL.
type OAuth struct{ RedirectURL, CompleteURL string }

// BeginOAuth sends a verification to the page of the social provider.
func (w *World) BeginOAuth(v *Verification, page string) {
	*v = Verification{Strategy: StrategyOAuth, Status: "unverified", ExpireAt: w.now().Add(CodeLifetime), RedirectURL: page}
}

// OAuthAttempt returns the sign-in or the sign-up with this id that waits for the social provider; both are nil if none does.
func (w *World) OAuthAttempt(id string) (*SignIn, *SignUp) {
	in, up := w.signIns[id], w.signUps[id]
	if in != nil && !in.FirstFactor.atProvider(w) {
		in = nil
	}
	if up != nil && !up.ExternalVerification.atProvider(w) {
		up = nil
	}
	return in, up
}

func (v *Verification) atProvider(w *World) bool {
	return v.Strategy == StrategyOAuth && v.Status == "unverified" && w.now().Before(v.ExpireAt)
}

// fail ends a verification with an error, which its attempt shows.
func (v *Verification) fail(status string, err error) {
	v.Status = status
	if known, ok := err.(*apierr.Error); ok { //nolint:errorlint // the errors of this package are not wrapped
		v.Error = known
	}
}

func denied() error {
	return apierr.New(http.StatusForbidden, "oauth_access_denied", "You did not allow access to your account at the provider.")
}

// SignInByOAuth goes on with a sign-in after the social provider's page, which says whose address it is; "" if the person said no. For an
// address without an account, the attempt can become a sign-up.
func (w *World) SignInByOAuth(a *SignIn, email string, from Activity) {
	u := w.UserByEmail(email)
	switch {
	case email == "":
		a.FirstFactor.fail("failed", denied())
	case u == nil:
		a.Identifier = NormalizeEmail(email)
		a.FirstFactor.fail("transferable", apierr.New(http.StatusUnprocessableEntity, "external_account_not_found",
			"There is no account for this account at the provider."))
	default:
		if err := admit(a.Client, u); err != nil {
			a.FirstFactor.fail("failed", err)
			return
		}
		a.User, a.FirstFactor.Status = u, statusVerified
		w.link(u, email)
		w.firstFactorVerified(a, StrategyOAuth, from)
	}
}

// SignUpByOAuth goes on with a sign-up in the same way. For an address with an account, the attempt can become a sign-in.
func (w *World) SignUpByOAuth(a *SignUp, email string, from Activity) error {
	a.Email = NormalizeEmail(email)
	switch {
	case email == "":
		a.ExternalVerification.fail("failed", denied())
	case w.UserByEmail(email) != nil:
		a.ExternalVerification.fail("transferable", apierr.New(http.StatusUnprocessableEntity, "external_account_exists",
			"There is an account for this account at the provider already."))
	default:
		a.ExternalVerification.Status = statusVerified
		a.EmailVerification = Verification{Strategy: "from_" + StrategyOAuth, Status: statusVerified}
		_, err := w.FinishSignUp(a, from)
		return err
	}
	return nil
}

// TransferToSignUp makes a sign-up of the client's sign-in, for an address that has no account yet.
func (w *World) TransferToSignUp(c *Client, from Activity) (*SignUp, error) {
	if c.SignIn == nil || c.SignIn.FirstFactor.Status != "transferable" {
		return nil, noTransfer()
	}
	a, err := w.NewSignUp(c, SignUpFields{})
	if err != nil {
		return nil, err
	}
	w.BeginOAuth(&a.ExternalVerification, "")
	return a, w.SignUpByOAuth(a, c.SignIn.Identifier, from)
}

// TransferToSignIn makes a sign-in of the client's sign-up, for an address that has an account.
func (w *World) TransferToSignIn(c *Client, from Activity) (*SignIn, error) {
	if c.SignUp == nil || c.SignUp.ExternalVerification.Status != "transferable" {
		return nil, noTransfer()
	}
	email := c.SignUp.Email
	a, err := w.NewSignIn(c, "")
	if err != nil {
		return nil, err
	}
	w.BeginOAuth(&a.FirstFactor, "")
	w.SignInByOAuth(a, email, from)
	return a, nil
}

func noTransfer() error {
	return apierr.New(http.StatusBadRequest, "account_transfer_invalid", "Nothing can be transferred here.")
}

// link records that an account at the social provider is the user's.
func (w *World) link(u *User, email string) {
	email = NormalizeEmail(email)
	for _, e := range u.ExternalAccounts {
		if e.Email == email {
			return
		}
	}
	u.ExternalAccounts = append(u.ExternalAccounts, &ExternalAccount{ID: NewID("eac_"), Email: email, CreatedAt: w.now()})
}
