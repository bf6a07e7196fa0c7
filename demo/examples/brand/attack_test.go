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
	clerk, err := ginclerk.New(gintest.Config(server))
	if err != nil {
		t.Fatal(err)
	}
	router, err := newRouter(clerk)
	if err != nil {
		t.Fatal(err)
	}
	gintest.Attack(t, server, router, attack.Options{}, "/brand.css")
}
