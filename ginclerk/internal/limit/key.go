package limit

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/internal/peer"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// ByCaller is [ginclerk.ByCaller].
func ByCaller(c *gin.Context) string {
	id := exchange.Identity(c).Read()
	switch {
	case id.SignedIn():
		return "user:" + id.UserID()
	case id.Machine != nil:
		return byMachine(id.Machine)
	default:
		return ByAddress(c)
	}
}

// byMachine is the key itself for an API key, else the subject of the token: a client that makes many tokens would otherwise have as many
// counts.
func byMachine(machine *token.MachineToken) string {
	if machine.Type == authn.APIKey && machine.ID != "" {
		return "key:" + machine.ID
	}
	return "subject:" + machine.Subject
}

// ByOrganization is [ginclerk.ByOrganization].
func ByOrganization(c *gin.Context) string {
	id := exchange.Identity(c).Read()
	if organization := id.OrganizationID(); organization != "" {
		return "organization:" + organization
	} else if id.Machine != nil && id.Machine.OrganizationID != "" {
		return "organization:" + id.Machine.OrganizationID
	}
	return ByCaller(c)
}

// BySession is [ginclerk.BySession].
func BySession(c *gin.Context) string {
	if session := exchange.Identity(c).Read().SessionID(); session != "" {
		return "session:" + session
	}
	return ByCaller(c)
}

// ByRoute is [ginclerk.ByRoute].
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

// ByAddress is [ginclerk.ByAddress].
func ByAddress(c *gin.Context) string { return peer.Key(exchange.ClientIP(c)) }
