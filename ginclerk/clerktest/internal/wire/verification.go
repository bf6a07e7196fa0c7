package wire

import (
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// newVerification returns the state of a factor, or nil, which is null in JSON, for a factor that hasn't begun.
func newVerification(v world.Verification) Object {
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
	out := Object{
		"object": object, "status": v.Status, "strategy": v.Strategy, "attempts": v.Attempts, "expire_at": millisOrNull(v.ExpireAt),
	}
	if v.Error != nil { // of a social provider
		out["error"] = v.Error.Envelope("").Errors[0]
	}
	return out.With("external_verification_redirect_url", v.RedirectURL)
}
