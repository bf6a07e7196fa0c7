// Package leaktest watches the output and the logs of a package's tests, and fails the run if they contain a secret: a secret
// key, a cookie, or a token. TestMain calls [Watch.Main]. The tests register the secrets that have no known form ([Watch.Know],
// [Watch.KnowRequest]), and write their logs through the watch ([Watch.Log]).
package leaktest

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// shortest is the length of the shortest secret, in characters. Shorter values, such as counters in cookies, are ordinary words.
const shortest = 16

// Watch collects printed lines and secrets. The zero value is ready; it is safe for concurrent use.
type Watch struct {
	mu      sync.Mutex
	printed map[string]string // words, each with the line where it came first
	secrets map[string]string // the kind of each secret
	formed  []string          // lines with text in the form of a secret
}

// byForm finds secrets by their form: tokens of three parts, Clerk's keys, and cookies with a value.
var byForm = sync.OnceValue(func() *regexp.Regexp { //nolint:gochecknoglobals // compiled once, and constant
	return regexp.MustCompile(`eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}` +
		`|\b(sk_test|sk_live|whsec|ak|oat|mt)_[A-Za-z0-9+/]{20,}` +
		`|\b__(session|client|refresh|clerk_db_jwt|clerk_handshake|clerk_handshake_nonce|clerk_ticket)(_[\w-]{8})?=[^;&\s"'…\\]{16,}`)
})

// words are the parts of a line that may be a secret.
var words = sync.OnceValue(func() *regexp.Regexp { //nolint:gochecknoglobals // compiled once, and constant
	return regexp.MustCompile(`[\w.~+/-]{16,}`)
})

// Know registers a secret, with a name for reports. It ignores secrets of less than 16 characters.
func (w *Watch) Know(what, secret string) {
	secret = strings.Trim(secret, "=")
	if len(secret) < shortest {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.secrets == nil {
		w.secrets = map[string]string{}
	}
	w.secrets[secret] = what
}

// KnowRequest registers the credentials of a request: its cookies, its bearer token, and Clerk's parameters.
func (w *Watch) KnowRequest(r *http.Request) {
	for _, cookie := range r.Cookies() {
		w.Know("the cookie "+cookie.Name, cookie.Value)
	}
	if _, token, found := strings.Cut(r.Header.Get("Authorization"), " "); found {
		w.Know("a bearer token", token)
	}
	if strings.Contains(r.URL.RawQuery, "__") {
		for name, values := range r.URL.Query() {
			if strings.HasPrefix(name, "__") && !strings.HasPrefix(name, "__clerk_hs_") && name != "__clerk_api_version" {
				w.Know("the parameter "+name, values[0])
			}
		}
	}
}

// KnowResponse registers the cookies that a response sets.
func (w *Watch) KnowResponse(header http.Header) {
	for _, cookie := range (&http.Response{Header: header}).Cookies() {
		w.Know("the cookie "+cookie.Name, cookie.Value)
	}
}

// Transport returns a transport that registers the credentials in requests and responses, and sends with next.
func (w *Watch) Transport(next http.RoundTripper) http.RoundTripper {
	return transport{watch: w, next: next}
}

type transport struct {
	watch *Watch
	next  http.RoundTripper
}

// RoundTrip implements [http.RoundTripper].
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	t.watch.KnowRequest(r)
	response, err := t.next.RoundTrip(r)
	if err == nil {
		t.watch.KnowResponse(response.Header)
	}
	return response, err
}

// Log returns a writer that checks each text and writes it to next.
func (w *Watch) Log(next io.Writer) io.Writer { return watched{watch: w, next: next} }

type watched struct {
	watch *Watch
	next  io.Writer
}

// Write implements [io.Writer]. Loggers write whole lines.
func (d watched) Write(text []byte) (int, error) {
	d.watch.Look(string(text))
	return d.next.Write(text)
}

// Look checks printed text.
func (w *Watch) Look(text string) {
	for line := range strings.SplitSeq(text, "\n") {
		w.lookAt(line)
	}
}

func (w *Watch) lookAt(line string) {
	formed := byForm().MatchString(line)
	found := words().FindAllString(line, -1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if formed {
		w.formed = append(w.formed, line)
	}
	if w.printed == nil {
		w.printed = map[string]string{}
	}
	for _, word := range found {
		found = append(found, strings.Split(word, "/")...) // a path may end with a secret
	}
	for _, word := range found {
		if _, seen := w.printed[word]; !seen {
			w.printed[word] = line
		}
	}
}

// Problems returns the secrets in the output, each with its line.
func (w *Watch) Problems() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var problems []string
	for _, line := range w.formed {
		problems = append(problems, fmt.Sprintf("something that looks like a token, a key or a cookie was printed: %.500s", line))
	}
	for secret, what := range w.secrets {
		for _, word := range words().FindAllString(secret, 1) { // the first part of a secret, if not all of its characters are in words
			if line, printed := w.printed[word]; printed {
				problems = append(problems, fmt.Sprintf("%s was printed: %.500s", what, line))
			}
		}
	}
	slices.Sort(problems)
	return problems
}

// Main runs the tests of a package with standard output, standard error and the loggers of packages log and slog watched, and
// returns the status to exit with. Main calls before after it has replaced os.Stdout and os.Stderr: before gives the new ones to
// everything that keeps a copy, such as Gin's writers. logger is the logger of the tests, with which [WantSeen] checks the watch.
func (w *Watch) Main(run func() int, before func(), logger func() io.Writer) int {
	stdout, stderr := os.Stdout, os.Stderr
	restore, err := w.redirect()
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "leaktest:", err)
		return 1
	}
	before()
	status := 0
	if secret := os.Getenv(onPurpose); secret != "" {
		w.printOnPurpose(secret, logger())
	} else {
		status = run()
	}
	restore()
	os.Stdout, os.Stderr = stdout, stderr
	for _, problem := range w.Problems() {
		_, _ = fmt.Fprintln(stderr, "FAIL: leaktest:", problem)
		status = 1
	}
	return status
}

// redirect replaces standard output and standard error by pipes, and copies what goes through them.
func (w *Watch) redirect() (restore func(), err error) {
	var copying sync.WaitGroup
	var ends []*os.File
	for _, file := range []**os.File{&os.Stdout, &os.Stderr} {
		from, to, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		next := *file
		*file = to
		ends = append(ends, to)
		copying.Go(func() { w.copyLines(next, from) })
	}
	log.SetOutput(os.Stderr)
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, nil)))
	return func() {
		slog.SetDefault(before)
		for _, end := range ends {
			_ = end.Close()
		}
		copying.Wait()
	}, nil
}

func (w *Watch) copyLines(next io.Writer, from io.Reader) {
	lines := bufio.NewReader(from)
	for {
		line, err := lines.ReadString('\n')
		w.Look(line)
		_, _ = io.WriteString(next, line)
		if err != nil {
			return
		}
	}
}
