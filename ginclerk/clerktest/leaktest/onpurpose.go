package leaktest

import (
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// onPurpose is the variable that makes a test binary print a secret instead of running its tests. It says where to print, and
// which secret.
const onPurpose = "LEAKTEST_PRINTS"

// unformed is a secret without a known form. The watch finds it only because it is registered.
const unformed = "a-secret-that-nobody-knows-by-its-form"

// ways are the places where a test run prints and logs.
func ways(secret string, logger io.Writer) map[string]func() {
	return map[string]func(){
		"stdout": func() { fmt.Println(secret) },                                                //nolint:forbidigo // on purpose
		"stderr": func() { _, _ = fmt.Fprintf(os.Stderr, "Cookie: __session=%s; x=y", secret) }, // no end of a line
		"log":    func() { log.Print("token ", secret) },                                        //nolint:forbidigo // on purpose
		"slog":   func() { slog.Info("refused", "token", secret) },                              //nolint:sloglint // on purpose
		"logger": func() { slog.New(slog.NewJSONHandler(logger, nil)).Error("refused", "url", "/?a=1&__session="+secret) },
	}
}

// secretsOnPurpose are printed to see that they are found.
func secretsOnPurpose() map[string]string {
	return map[string]string{ //nolint:gosec // G101: made up
		"known": unformed, "token": "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c2VyXzEifQ.c2lnbmF0dXJlLW9mLWl0", "key": "sk_" + "test_abcdefghijklmnopqrstuvwxyz",
		"nothing": "none",
	}
}

func (w *Watch) printOnPurpose(secret string, logger io.Writer) {
	w.Know("the secret of a test", unformed)
	way, which, _ := strings.Cut(secret, " ")
	ways(secretsOnPurpose()[which], logger)[way]()
}

// WantSeen checks that this package's test run fails if a secret is printed or logged, and passes otherwise. It runs the test
// binary again for each way.
func WantSeen(t *testing.T) {
	t.Helper()
	for way := range ways("", nil) {
		for which := range secretsOnPurpose() {
			if way != "stdout" && which != "known" {
				continue // the kinds of secrets need only one way
			}
			command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$") //nolint:gosec // G204: this test itself
			command.Env = append(os.Environ(), onPurpose+"="+way+" "+which)
			text, err := command.CombinedOutput()
			failed := err != nil && strings.Contains(string(text), "FAIL: leaktest:")
			if which == "nothing" && err != nil || which != "nothing" && !failed {
				t.Errorf("%s on %s: the run ended with %v: %s", which, way, err, text)
			}
		}
	}
}
