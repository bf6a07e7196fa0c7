// Package storekey makes keys of a store from ids.
package storekey

import (
	"crypto/sha256"
	"encoding/hex"
)

// Short returns a text of 32 characters for an id whose length is not ours to choose: the first half of its SHA-256, in hexadecimal digits.
func Short(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:sha256.Size/2])
}
