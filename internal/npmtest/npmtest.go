// Package npmtest installs packages of npm for tests, once for each lock file. Only tests import this package.
package npmtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/internal/prerequisite"
)

const installTimeout = 4 * time.Minute

// Install returns a folder with the packages in its folder node_modules, as a lock file has them. They stay in the user's cache. Manifest
// and lock are the contents of package.json and package-lock.json; left names what the tests leave out without them. Without npm the
// test ends; see [prerequisite.Missing]. Call it before the test becomes parallel.
func Install(t *testing.T, left string, manifest, lock []byte) string {
	t.Helper()
	return Begin(t, left, manifest, lock)()
}

// Begin begins what [Install] does. Many packages take their time: a test that becomes parallel between Begin and the call of the
// function that it returns waits for less of it, because the tests before it run meanwhile.
func Begin(t *testing.T, left string, manifest, lock []byte) (installed func() string) {
	t.Helper()
	const get = "apt-get install nodejs npm"
	prerequisite.Program(t, "node", left, get, "node")
	npm := prerequisite.Program(t, "npm", left, get, "npm")
	sum := sha256.Sum256(lock)
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = t.TempDir()
	}
	folder := filepath.Join(cache, "ginclerk", "npm-"+hex.EncodeToString(sum[:8]))
	if _, err := os.Stat(folder); err == nil {
		return func() string { return folder }
	}
	var failed error
	done := make(chan struct{})
	go func() {
		defer close(done)
		failed = install(t.Context(), npm, folder, manifest, lock)
	}()
	t.Cleanup(func() { <-done })
	return func() string {
		t.Helper()
		if <-done; failed != nil {
			prerequisite.Missing(t, "the packages of npm ("+failed.Error()+")", left, "a connection to npm's registry")
		}
		return folder
	}
}

// install fills a folder with another name and renames it, so that no other test finds half of it.
func install(ctx context.Context, npm, folder string, manifest, lock []byte) error {
	if err := os.MkdirAll(filepath.Dir(folder), 0o750); err != nil {
		return fmt.Errorf("make the cache: %w", err)
	}
	unfinished, err := os.MkdirTemp(filepath.Dir(folder), "unfinished-")
	if err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(unfinished) }() // after a success it does not exist
	for name, content := range map[string][]byte{"package.json": manifest, "package-lock.json": lock} {
		if err := os.WriteFile(filepath.Join(unfinished, name), content, 0o600); err != nil {
			return fmt.Errorf("write the versions: %w", err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, installTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	cmd.Dir = unfinished
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm ci: %w\n%s", err, out)
	}
	if err := os.Rename(unfinished, folder); err != nil {
		if _, statErr := os.Stat(folder); statErr != nil {
			return fmt.Errorf("keep the packages: %w", err)
		}
	}
	return nil
}
