package sealed

import (
	"encoding/json"
	"fmt"
	"time"
)

// SealJSON seals the JSON of a value, such as a small struct for a cookie or a hidden field. Errors are those of [Keyring.Seal]
// and of [json.Marshal].
func SealJSON[T any](k *Keyring, purpose Purpose, value T, expiry time.Time, additional []byte) (string, error) {
	plain, err := json.Marshal(value)
	if err != nil {
		return "", fmt.Errorf("sealed: %w", err)
	}
	return k.Seal(purpose, plain, expiry, additional)
}

// OpenJSON returns the value that [SealJSON] sealed for the same purpose with the same additional data. Errors are
// [ErrInvalid], also if the JSON does not fit T, and [ErrExpired]; the value is then the zero T.
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
