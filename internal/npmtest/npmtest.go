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
		return folder
	}
	if err := install(t, npm, folder, manifest, lock); err != nil {
		prerequisite.Missing(t, "the packages of npm ("+err.Error()+")", left, "a connection to npm's registry")
	}
	return folder
}

// install fills a folder with another name and renames it, so that no other test finds half of it.
func install(t *testing.T, npm, folder string, manifest, lock []byte) error {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(folder), 0o750); err != nil {
		t.Fatal(err)
	}
	unfinished, err := os.MkdirTemp(filepath.Dir(folder), "unfinished-") //nolint:usetesting // a rename needs a folder on the same disk
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(unfinished) }() // after a success it does not exist
	for name, content := range map[string][]byte{"package.json": manifest, "package-lock.json": lock} {
		if err := os.WriteFile(filepath.Join(unfinished, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), installTimeout)
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
