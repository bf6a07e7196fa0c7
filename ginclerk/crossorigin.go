package ginclerk

import (
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
)

// RefuseCrossOrigin returns the guard that refuses unsafe requests (POST and the like) which another site may have caused,
// signed in or not: 403. Requests with a bearer token pass; no other site can make a browser send one. The guards that
// need a session include it.
func (k *Clerk) RefuseCrossOrigin() gin.HandlerFunc {
	return k.with(func(k *tenant, c *gin.Context) {
		if endPreflight(c) {
			return
		}
		k.attach(c)
		if !c.IsAborted() {
			k.refuseCrossOrigin(c)
		}
	})
}

// refuseCrossOrigin answers a request from another site and reports whether it did.
func (k *tenant) refuseCrossOrigin(c *gin.Context) bool {
	if From(c).carrier == authn.CarrierHeader {
		return false // good or not: no other site can have sent it
	}
	if k.visit(c).Foreign == nil {
		return false
	}
	k.refuse(c, answer.CrossOrigin)
	return true
}
