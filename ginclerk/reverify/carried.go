package reverify

import (
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
)

const (
	verificationPurpose sealed.Purpose = "verification"
	verificationLife                   = 30 * time.Minute
)

// Seal returns a verification as text for a hidden field of a page. Browsers can neither read nor change it. It is good for half an
// hour, and for this session alone.
func (s *Service) Seal(sessionID string, v Verification) (string, error) {
	return sealed.SealJSON(s.keyring, verificationPurpose, v, s.now().Add(verificationLife), []byte(sessionID))
}

// Open is the opposite of [Service.Seal]. Its error is [ErrVerificationOver].
func (s *Service) Open(sessionID, text string) (Verification, error) {
	v, err := sealed.OpenJSON[Verification](s.keyring, verificationPurpose, text, []byte(sessionID))
	if err != nil {
		return Verification{}, ErrVerificationOver
	}
	return v, nil
}
