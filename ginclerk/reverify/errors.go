package reverify

import "errors"

// Errors of a verification, beside those of package session: session.ErrNoCredential where the browser's credential is missing or
// refused, session.ErrUnavailable where Clerk can't be asked. The end of the context stays what it is. errors.Is finds them.
var (
	// ErrProofIncorrect: the password or the code is not right. It may be tried again.
	ErrProofIncorrect = errors.New("the password or code is not right")
	// ErrCodeOver: the code has expired, or was tried too often. A new one has to be sent.
	ErrCodeOver = errors.New("the code has expired or was tried too often")
	// ErrTooManyAttempts: Clerk takes no attempt for a while; session.RetryAfter may tell for how long.
	ErrTooManyAttempts = errors.New("too many attempts")
	// ErrAccountLocked: Clerk has locked the account, or banned the user.
	ErrAccountLocked = errors.New("the account is locked")
	// ErrVerificationOver: the verification is unknown, or waits for something else. It has to begin anew.
	ErrVerificationOver = errors.New("the verification has to begin anew")
)
