package main

import (
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/attack"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
)

func TestTheDemoWithstandsAttacks(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	gintest.Attack(t, a.clerk, a.app.handler, attack.Options{})
}
