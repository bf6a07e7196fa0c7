package main

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// after is the application on ginclerk.
func after(config ginclerk.Config) (*gin.Engine, error) {
	clerk, err := ginclerk.New(config)
	if err != nil {
		return nil, err
	}
	r := gin.New()
	_ = r.SetTrustedProxies(nil) // behind one, see the example proxy
	r.Use(ginclerk.API(), clerk.RequireSession())
	r.GET("/me", func(c *gin.Context) {
		auth := ginclerk.From(c)
		var own custom
		if err := auth.Claims.Unmarshal(&own); err != nil {
			clerk.Answer(c, ginclerk.ProblemFor(err))
			return
		}
		c.JSON(http.StatusOK, gin.H{"user_id": auth.UserID, "email": own.Email})
	})
	r.GET("/admin", clerk.Require(ginclerk.Role("org:admin")), func(c *gin.Context) {
		c.JSON(http.StatusOK, gin.H{"organization_id": ginclerk.From(c).OrganizationID})
	})
	return r, nil
}
