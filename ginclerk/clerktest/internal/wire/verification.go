package wire

import (
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// Verification is the state of a factor.
type Verification struct {
	Object   string `json:"object"`
	Status   string `json:"status"`
	Strategy string `json:"strategy"`
	Attempts *int   `json:"attempts"`
	ExpireAt *int64 `json:"expire_at"`
	// ExternalVerificationRedirectURL and Error are those of a social provider.
	ExternalVerificationRedirectURL string       `json:"external_verification_redirect_url,omitempty"`
	Error                           *apierr.Item `json:"error,omitempty"`
}

// newVerification returns nil, which is null in JSON, for a factor that hasn't begun.
func newVerification(v world.Verification) *Verification {
	if v.Strategy == "" {
		return nil
	}
	object := "verification_otp"
	switch v.Strategy {
	case world.StrategyPassword, world.StrategyTicket, world.StrategyTOTP, world.StrategyBackupCode:
		object = "verification_" + v.Strategy
	}
	switch {
	case v.Strategy == world.StrategyOAuth:
		object = "verification_oauth"
	case strings.HasPrefix(v.Strategy, "from_oauth_"):
		object = "verification_from_oauth"
	}
	attempts := v.Attempts
	out := &Verification{
		Object: object, Status: v.Status, Strategy: v.Strategy, Attempts: &attempts, ExpireAt: millisOrNull(v.ExpireAt),
		ExternalVerificationRedirectURL: v.RedirectURL,
	}
	if v.Error != nil {
		out.Error = &v.Error.Envelope("").Errors[0]
	}
	return out
}
