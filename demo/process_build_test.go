package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ginclerk/ginclerk/internal/goroutinetest"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/leaktest"
	"github.com/ginclerk/ginclerk/internal/logtest"
)

// program is the path of the demo's binary, as a user has it.
type program string

// Each program is built at most once, when the first test needs it.
var (
	buildDir     string // TestMain makes and removes it
	builtDemo    = sync.OnceValues(func() (program, error) { return buildProgram("demo") })
	builtRelease = sync.OnceValues(func() (program, error) { return buildProgram("release", "-tags", "release") })
)

// watch sees what this test run prints and logs, and what the programs print that it starts.
var watch leaktest.Watch

func TestMain(m *testing.M) {
	if os.Getenv(measuredVariable) != "" {
		measuredDemo()
		return
	}
	dir, err := os.MkdirTemp("", "ginclerk-demo-")
	if err != nil {
		panic(err)
	}
	buildDir = dir
	status := watch.Main(m.Run, func() { gin.DefaultWriter, gin.DefaultErrorWriter = os.Stdout, os.Stderr }, func() io.Writer {
		return watch.Log(&logtest.Buffer{})
	})
	chromium.Close()
	if err := os.RemoveAll(dir); err != nil {
		panic(err)
	}
	os.Exit(goroutinetest.Status(status))
}

func TestASecretThatIsPrintedFailsTheRun(t *testing.T) {
	t.Parallel()
	leaktest.WantSeen(t)
}

func TestASecretOfAProgramIsSeen(t *testing.T) {
	t.Parallel()
	var programs leaktest.Watch
	programs.Know("a cookie", "a-secret-of-some-program")
	printed := transcript{watch: &programs}
	if _, err := io.WriteString(&printed, "level=INFO msg=request cookie=a-secret-of-some-program\n"); err != nil || len(programs.Problems()) != 1 {
		t.Errorf("found %q, %v", programs.Problems(), err)
	}
}

// buildProgram builds the demo, with the race detector if the test has it.
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
