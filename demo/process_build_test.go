package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
)

// program is the demo as a user has it: the path of a binary.
type program string

// Programs are built at most once, and when the first test needs them.
var (
	buildDir     string // TestMain makes and removes it
	builtDemo    = sync.OnceValues(func() (program, error) { return buildProgram("demo") })
	builtRelease = sync.OnceValues(func() (program, error) { return buildProgram("release", "-tags", "release") })
)

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "ginclerk-demo-")
	if err != nil {
		panic(err)
	}
	buildDir = dir
	m.Run()
	if err := os.RemoveAll(dir); err != nil {
		panic(err)
	}
}

// buildProgram builds the demo, with the race detector where the test itself has it.
func buildProgram(name string, flags ...string) (program, error) {
	path := filepath.Join(buildDir, name)
	if info, ok := debug.ReadBuildInfo(); ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		flags = append(flags, "-race")
	}
	args := append(append([]string{"build", "-o", path}, flags...), ".")
	if output, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, output)
	}
	return program(path), nil
}

// startDemo starts the demo with these variables and no others.
func startDemo(t *testing.T, environment []string, args ...string) *process {
	t.Helper()
	demo, err := builtDemo()
	if err != nil {
		t.Fatal(err)
	}
	return demo.start(t, environment, args...)
}
