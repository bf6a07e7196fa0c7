package wire

import "github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"

// Verification is the state of a factor.
type Verification struct {
	Object   string `json:"object"`
	Status   string `json:"status"`
	Strategy string `json:"strategy"`
	Attempts *int   `json:"attempts"`
	ExpireAt *int64 `json:"expire_at"`
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
	attempts := v.Attempts
	return &Verification{
		Object: object, Status: v.Status, Strategy: v.Strategy, Attempts: &attempts, ExpireAt: millisOrNull(v.ExpireAt),
	}
}
