package clerktest

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// frontendHost returns a new host name. clerk-js recognizes development instances by this form of host, and clerk-sdk-go checks
// issuers by it.
func frontendHost(t instance.Type) string {
	letters := regexp.MustCompile(`\d`).ReplaceAllString(strings.ToLower(rand.Text()), "")
	if t == instance.Production {
		return fmt.Sprintf("clerk.%s-%02d.example.com", letters, below(100))
	}
	return fmt.Sprintf("test-%s-%02d.clerk.accounts.dev", letters, below(100))
}

// newPassword returns a new password that people can read and type.
func newPassword() string {
	words := []string{
		"amber", "birch", "cedar", "daisy", "ember", "fern", "ginger", "hazel", "ivory", "jasper", "lemon", "maple", "olive", "pepper",
		"river", "tulip",
	}
	word := func() string { return words[below(len(words))] }
	return fmt.Sprintf("%s-%s-%s-%02d", word(), word(), word(), below(100))
}

// below returns a random number from 0 to n-1.
func below(n int) int {
	i, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		return 0 // crypto/rand ends the program before it fails
	}
	return int(i.Int64())
}
