package ginclerk

import (
	"net/http"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"

	"github.com/gin-gonic/gin"
)

// AccountPortal returns the handler for an application's own sign-in and sign-up addresses that sends browsers on to the
// pages of Clerk's Account Portal. The browser comes back to the query parameter redirect_url if that is a safe target,
// else to "/". What the link carries for Clerk's page, such as the ticket of an invitation, goes along. Mount the handler where
// [Config.SignInURL] and SignUpURL point to, with everything below:
//
//	r.GET("/sign-in/*path", clerk.AccountPortal("/sign-in"))
//
// The page is "/sign-in" or "/sign-up"; below /sign-in, "/create" is sign-up, and "/tasks" finishes a pending session.
func (g *Guards) AccountPortal(page string) gin.HandlerFunc {
	return g.with(func(k *Clerk, c *gin.Context) {
		redirects := k.redirects(c)
		redirects.SignInURL = k.key.AccountPortal() + portalPage(page, c.Param("path"))
		c.Header("Cache-Control", "no-store")
		target := redirects.SignIn(k.visit(c).Absolute(k.ReturnTarget(c, askedTarget(c))))
		c.Redirect(http.StatusTemporaryRedirect, k.carryOn(c, target))
	})
}

// askedTarget is the target that a request's query names. A query above the longest target is not read.
func askedTarget(c *gin.Context) string {
	if len(c.Request.URL.RawQuery) > visit.MaxTarget {
		return ""
	}
	return c.Query("redirect_url")
}

func portalPage(page, below string) string {
	switch strings.Trim(below, "/") {
	case "create":
		return "/sign-up"
	case "tasks":
		return page + "/tasks"
	default:
		return page
	}
}
