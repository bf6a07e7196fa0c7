package exchange

import (
	"crypto/rand"
	"strings"

	"github.com/gin-gonic/gin"
)

// requestID is the response header in which many applications name a request. What they log has the name, too.
const requestID = "X-Request-Id"

// Reference returns the short text by which support finds a request in the log: the request id of the application, else a random one, which
// says nothing and opens nothing.
func Reference(c *gin.Context) string {
	if named := c.Writer.Header().Get(requestID); isReference(named) {
		return named
	}
	const half = 4
	random := rand.Text()
	return random[:half] + "-" + random[half:2*half]
}

// isReference reports whether a request id is one that a person can copy.
func isReference(named string) bool {
	const longest = 64
	return named != "" && len(named) <= longest && !strings.ContainsFunc(named, func(r rune) bool { return !isReferenceRune(r) })
}

func isReferenceRune(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("-_.:", r)
}
