package world

import (
	"crypto/rand"
	"math/big"
)

const (
	idAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	idLength   = 27
)

// NewID returns a random identifier with the shape of Clerk's: a prefix such as user_ and 27 letters and digits.
func NewID(prefix string) string {
	base := big.NewInt(int64(len(idAlphabet)))
	n := new(big.Int).SetBytes(RandomBytes(idLength))
	digit := new(big.Int)
	id := make([]byte, idLength)
	for i := range id {
		n.DivMod(n, base, digit)
		id[i] = idAlphabet[digit.Int64()]
	}
	return prefix + string(id)
}

// NewSecret returns a random text of 256 bits, for refresh tokens, nonces and cookies.
func NewSecret() string { return rand.Text() + rand.Text() }

// RandomBytes returns n random bytes.
func RandomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return b
}

// ImageURL returns the address of the picture of a user or an organization. It is Clerk's default, because pictures can't be
// uploaded.
func ImageURL(id string) string { return "https://img.clerk.com/" + id }
