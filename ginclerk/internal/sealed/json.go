package sealed

import (
	"encoding/json"
	"fmt"
	"time"
)

// SealJSON is [Keyring.Seal] for a value that is written as JSON: a cookie or a hidden field that holds a small struct. Its errors
// are those of Seal, and those of [json.Marshal].
func SealJSON[T any](k *Keyring, purpose Purpose, value T, expiry time.Time, additional []byte) (string, error) {
	plain, err := json.Marshal(value)
	if err != nil {
		return "", fmt.Errorf("sealed: %w", err)
	}
	return k.Seal(purpose, plain, expiry, additional)
}

// OpenJSON returns the value that [SealJSON] sealed for the same purpose with the same additional data. Errors are [ErrInvalid],
// also where the text is no JSON of a T, and [ErrExpired]; the value is then the zero T.
func OpenJSON[T any](k *Keyring, purpose Purpose, text string, additional []byte) (T, error) {
	var value, none T
	plain, err := k.Open(purpose, text, additional)
	if err != nil {
		return none, err
	}
	if json.Unmarshal(plain, &value) != nil {
		return none, ErrInvalid
	}
	return value, nil
}
