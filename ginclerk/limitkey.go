package ginclerk

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/peer"
)

// LimitKey says whom a request is counted for. Requests with the same key share a limit; "" is not counted. It must be safe
// for concurrent use and change nothing. With a key that does not ask who the request is ([From]), such as [ByAddress] and
// [ByRoute], a limit is decided before Clerk is asked about the request.
type LimitKey func(*gin.Context) string

// ByCaller counts for the user; for whom a machine token stands for, on routes that take one; and for the client's address
// where nobody is signed in. A signed-in user never shares a count with an address: people behind one router must not lock
// each other out.
func ByCaller(c *gin.Context) string {
	auth := From(c)
	switch {
	case auth.SignedIn():
		return "user:" + auth.UserID
	case auth.Machine != nil:
		return byMachine(auth)
	default:
		return ByAddress(c)
	}
}

// ByOrganization counts for the active organization, all of its members together; for the caller ([ByCaller]) without one.
func ByOrganization(c *gin.Context) string {
	if auth := From(c); auth.OrganizationID != "" {
		return "organization:" + auth.OrganizationID
	} else if auth.Machine != nil && auth.Machine.OrganizationID != "" {
		return "organization:" + auth.Machine.OrganizationID
	}
	return ByCaller(c)
}

// BySession counts for each session of a user alone; for the caller ([ByCaller]) without one.
func BySession(c *gin.Context) string {
	if auth := From(c); auth.SessionID != "" {
		return "session:" + auth.SessionID
	}
	return ByCaller(c)
}

// ByRoute counts for the route that Gin serves, all callers together; HEAD as GET; for one key where no route matches, whatever
// the method: a client can make up as many as it likes.
func ByRoute(c *gin.Context) string {
	method := c.Request.Method
	switch {
	case c.FullPath() == "":
		return "route:"
	case method == http.MethodHead:
		method = http.MethodGet
	}
	return "route:" + method + " " + c.FullPath()
}

// ByAddress counts for the client's address, as Gin's trusted proxies tell it; an IPv6 network of 64 bits is one client, for
// that is what one is given.
func ByAddress(c *gin.Context) string { return peer.Key(clientIP(c)) }

// byMachine is the key itself for an API key, else whom the token stands for: who may make tokens could otherwise have as many
// counts.
func byMachine(auth *Auth) string {
	if auth.Machine.Type == APIKey && auth.Machine.ID != "" {
		return "key:" + auth.Machine.ID
	}
	return "subject:" + auth.Machine.Subject
}
