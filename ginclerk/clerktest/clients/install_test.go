package clients_test

import (
	"os"
	"testing"

	"github.com/ginclerk/ginclerk/internal/npmtest"
)

// installed returns the folder with Clerk's JavaScript clients, as in the lock file. Tests call it before they become parallel.
func installed(t *testing.T) string {
	t.Helper()
	return npmtest.Install(t, "Clerk's JavaScript clients", read(t, "package.json"), read(t, "package-lock.json"))
}

// installedRecipes returns the folder with what the recipes for Playwright, Fastify and Hono need.
func installedRecipes(t *testing.T) string {
	t.Helper()
	return npmtest.Install(t, "Playwright with @clerk/testing, Fastify and Hono", read(t, "recipes/package.json"), read(t, "recipes/package-lock.json"))
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
