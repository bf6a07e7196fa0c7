package clients_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
	"testing"
)

// programs are those that the tests start. The first test to need one builds it.
var programs built

// built are programs in a folder of their own. The zero value is ready.
type built struct {
	mu     sync.Mutex
	folder string
	errs   map[string]error // of each build, by the name of the program
}

// buildDemo builds the demo, with the race detector if the test has it, and returns the program's path.
func buildDemo(t *testing.T) string {
	t.Helper()
	const path = "github.com/ginclerk/ginclerk/demo"
	if info, ok := debug.ReadBuildInfo(); ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		return programs.build(t, "demo", "-race", path)
	}
	return programs.build(t, "demo", path)
}

// build returns the path of a program with a name. The arguments are those of go build.
func (b *built) build(t *testing.T, name string, args ...string) string {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.errs == nil {
		folder, err := os.MkdirTemp("", "clients") //nolint:usetesting // the folder stays for other tests
		if err != nil {
			t.Fatal(err)
		}
		b.folder, b.errs = folder, map[string]error{}
	}
	program := filepath.Join(b.folder, name)
	err, done := b.errs[name]
	if !done {
		build := exec.CommandContext(context.WithoutCancel(t.Context()), "go", append([]string{"build", "-o", program}, args...)...)
		if output, failed := build.CombinedOutput(); failed != nil {
			err = fmt.Errorf("build: %w\n%s", failed, output)
		}
		b.errs[name] = err
	}
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// remove removes the programs.
func (b *built) remove() { _ = os.RemoveAll(b.folder) } // without a folder it does nothing
