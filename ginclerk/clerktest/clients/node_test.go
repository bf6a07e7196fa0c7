package clients_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os/exec"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// maxAnswer is longer than any answer of the client, in bytes.
const maxAnswer = 1 << 20

// node is @clerk/backend in a process of Node.
type node struct {
	frontend string // the Frontend API's URL
	in       io.Writer
	out      *bufio.Scanner
}

// reply is the client's result: it returned a value, or threw.
type reply struct {
	Value json.RawMessage `json:"value"`
	Error *thrown         `json:"error"`
}

// thrown is an error of the client.
type thrown struct {
	Message string   `json:"message"`
	Status  int      `json:"status"`
	Codes   []string `json:"codes"`
}

// startNode starts the client with the server's keys and more options. It ends with the test.
func startNode(t *testing.T, packages string, srv *clerktest.Server, further ...map[string]any) *node {
	t.Helper()
	address := between(t, srv)
	settings := map[string]any{
		"secretKey": srv.SecretKey(), "publishableKey": srv.PublishableKey(), "apiUrl": address + "/backend",
		"telemetry": map[string]any{"disabled": true},
	}
	for _, more := range further {
		maps.Copy(settings, more)
	}
	options, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "testdata/backend.cjs", packages, string(options))
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait() // the end of the test may have killed it
	})
	n := &node{frontend: address, in: in, out: bufio.NewScanner(out)}
	n.out.Buffer(nil, maxAnswer)
	return n
}

// try calls a method of the client.
func (n *node) try(t *testing.T, method string, args ...any) reply {
	t.Helper()
	if args == nil {
		args = []any{}
	}
	line, err := json.Marshal(map[string]any{"call": method, "args": args})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(n.in, "%s\n", line); err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	if !n.out.Scan() {
		t.Fatalf("%s: the client is gone (%v)", method, n.out.Err())
	}
	var r reply
	if err := json.Unmarshal(n.out.Bytes(), &r); err != nil {
		t.Fatalf("%s: %v in %s", method, err, n.out.Bytes())
	}
	return r
}

// call calls a method of the client, which must succeed, and returns its result.
func call[T any](t *testing.T, n *node, method string, args ...any) T {
	t.Helper()
	r := n.try(t, method, args...)
	if r.Error != nil {
		t.Fatalf("%s: %s (status %d, %v)", method, r.Error.Message, r.Error.Status, r.Error.Codes)
	}
	var value T
	if err := json.Unmarshal(r.Value, &value); err != nil {
		t.Fatalf("%s: %v in %s", method, err, r.Value)
	}
	return value
}

// wantThrown fails unless the client throws an error with the status and the code.
func (n *node) wantThrown(t *testing.T, status int, code, method string, args ...any) {
	t.Helper()
	r := n.try(t, method, args...)
	if r.Error == nil || r.Error.Status != status || len(r.Error.Codes) != 1 || r.Error.Codes[0] != code {
		t.Errorf("%s: %+v, want an error with status %d and code %s", method, r.Error, status, code)
	}
}
