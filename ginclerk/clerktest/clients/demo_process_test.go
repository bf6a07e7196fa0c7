package clients_test

import (
	"bufio"
	"io"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/internal/chromiumtest"
)

// demo is the running demo program.
type demo struct {
	origin    string
	passwords map[string]string // of its embedded Clerk, by e-mail address
}

// startDemo starts the demo with these variables and no others, on a free port of loopback. It ends with the test.
func startDemo(t *testing.T, program string, environment ...string) demo {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = append([]string{"PORT=0"}, environment...)
	cmd.Stderr = t.Output()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	rest := make(chan struct{})
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // the end of the test may have killed it
		<-rest
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	tooLong := time.AfterFunc(chromiumtest.ActionTimeout, func() { _ = cmd.Process.Kill() })
	started := readDemo(lines, len(environment) == 0)
	tooLong.Stop()
	go func() {
		defer close(rest)
		_, _ = io.Copy(io.Discard, out) // the program must not block on its output
	}()
	if started.origin == "" {
		t.Fatalf("the demo did not say where it is (%v)", lines.Err())
	}
	return started
}

// readDemo reads until the demo has printed its address and, with an embedded Clerk, the accounts.
func readDemo(lines *bufio.Scanner, embedded bool) demo {
	address, account := regexp.MustCompile(`http://localhost:\d+$`), regexp.MustCompile(`^ +(\S+@\S+) +password +(\S+)`)
	d := demo{passwords: map[string]string{}}
	for lines.Scan() {
		line := lines.Text()
		if found := address.FindString(line); found != "" && d.origin == "" {
			d.origin = found
		}
		if found := account.FindStringSubmatch(line); found != nil {
			d.passwords[found[1]] = found[2]
		}
		if strings.Contains(line, "Ctrl-C") || (d.origin != "" && !embedded) {
			break
		}
	}
	return d
}
