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

// installingNext begins to install Next.js, which is ten times as much as the others. The test may become parallel before it calls the function.
func installingNext(t *testing.T) (installed func() string) {
	t.Helper()
	return npmtest.Begin(t, "Next.js with @clerk/nextjs", read(t, "next/package.json"), read(t, "next/package-lock.json"))
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
