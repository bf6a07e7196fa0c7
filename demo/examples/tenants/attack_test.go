package main

import (
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/attack"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
)

func TestItWithstandsAttacks(t *testing.T) {
	gin.SetMode(gin.TestMode)
	server := clerktest.New(t)
	tenants, err := newTenants(map[string]ginclerk.Config{server.Origins()[0]: gintest.Config(server)})
	if err != nil {
		t.Fatal(err)
	}
	router := newRouter(tenants)
	gintest.Attack(t, server, router, attack.Options{})
}
