package reverify

import (
	"encoding/json"
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
	raw, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	return s.keyring.Seal(verificationPurpose, raw, s.now().Add(verificationLife), []byte(sessionID))
}

// Open is the opposite of [Service.Seal]. Its error is [ErrVerificationOver].
func (s *Service) Open(sessionID, text string) (Verification, error) {
	var v Verification
	raw, err := s.keyring.Open(verificationPurpose, text, []byte(sessionID))
	if err != nil || json.Unmarshal(raw, &v) != nil {
		return Verification{}, ErrVerificationOver
	}
	return v, nil
}
