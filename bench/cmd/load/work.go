package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

//go:embed load.lua
var script []byte

// work is the requests that every server gets.
type work struct {
	token       string // one of the tokens
	userID      string
	script      string // the file with wrk's script
	tokens      string // the file with the tokens
	connections int
}

// sample is one measurement of one server.
type sample struct {
	perSecond      float64
	p50, p99, p999 time.Duration
	cpu            time.Duration // of the server, for one request
	resident       int64         // bytes
}

// newWork mints the tokens and writes what wrk needs into the folder.
func newWork(folder string, embedded *clerktest.Server, o options) (*work, error) {
	ada, err := embedded.UserByEmail(user)
	if err != nil {
		return nil, err
	}
	var tokens []string
	for range o.tokens {
		session, err := embedded.CreateSession(ada.ID, clerktest.SessionOptions{OrganizationID: "acme"})
		if err != nil {
			return nil, err
		}
		token, err := embedded.MintToken(session.ID, clerktest.TokenOptions{AuthorizedParty: origin})
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, token)
	}
	w := &work{
		token: tokens[0], userID: ada.ID, connections: o.connections,
		script: filepath.Join(folder, "load.lua"), tokens: filepath.Join(folder, "tokens"),
	}
	if err := os.WriteFile(w.script, script, 0o600); err != nil {
		return nil, err
	}
	return w, os.WriteFile(w.tokens, []byte(strings.Join(tokens, "\n")+"\n"), 0o600)
}

// check finds out that a server answers for the user of the token, and refuses a request without one: a fast wrong answer is no figure.
func (w *work) check(ctx context.Context, s *server) error {
	body, status, err := ask(ctx, s, w.token)
	if err != nil {
		return err
	}
	if status != http.StatusOK || s.guarded && !strings.Contains(body, w.userID) {
		return fmt.Errorf("a good token was answered with %d: %s", status, body)
	}
	if !s.guarded {
		return nil
	}
	dot := strings.LastIndexByte(w.token, '.')
	for _, token := range []string{"", w.token[:dot+1] + strings.Repeat("A", len(w.token)-dot-1)} {
		if body, status, err = ask(ctx, s, token); err != nil || status != http.StatusUnauthorized {
			return fmt.Errorf("a request without a good token was answered with %d: %s: %w", status, body, err)
		}
	}
	return nil
}

func ask(ctx context.Context, s *server, token string) (body string, status int, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.address+"/api/orders/42", http.NoBody)
	if err != nil {
		return "", 0, err
	}
	r.Host = host
	r.Header.Set("Accept", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	client := &http.Client{Timeout: startTimeout}
	res, err := client.Do(r)
	if err != nil {
		return "", 0, err
	}
	defer func() { _ = res.Body.Close() }()
	const most = 4 << 10
	text, err := io.ReadAll(io.LimitReader(res.Body, most))
	return string(text), res.StatusCode, err
}

// figures is what load.lua prints. Times are microseconds.
type figures struct {
	Requests int64 `json:"requests"`
	Micros   int64 `json:"micros"`
	P50      int64 `json:"p50"`
	P99      int64 `json:"p99"`
	P999     int64 `json:"p999"`
	Refused  int64 `json:"refused"`
	Broken   int64 `json:"broken"`
}

// measure runs wrk once. Every request must be answered with 200.
func (w *work) measure(ctx context.Context, s *server, duration time.Duration) (sample, error) {
	before, err := s.cpu()
	if err != nil {
		return sample{}, err
	}
	seconds := strconv.Itoa(int(duration.Seconds()))
	wrk := exec.CommandContext(ctx, "wrk", "-t1", "-c", strconv.Itoa(w.connections), "-d", seconds+"s", "-s", w.script, //nolint:gosec // numbers
		"http://"+s.address)
	wrk.Env = append(os.Environ(), "BENCH_TOKENS="+w.tokens, "BENCH_HOST="+host)
	wrk.Stderr = os.Stderr
	out, err := wrk.Output()
	if err != nil {
		return sample{}, fmt.Errorf("wrk: %w", err)
	}
	after, err := s.cpu()
	if err != nil {
		return sample{}, err
	}
	text := string(out)
	var f figures
	if err := json.Unmarshal([]byte(text[max(0, strings.LastIndexByte(text, '{')):]), &f); err != nil {
		return sample{}, fmt.Errorf("wrk said %q: %w", text, err)
	}
	if f.Requests == 0 || f.Refused > 0 || f.Broken > 0 {
		return sample{}, fmt.Errorf("of %d requests %d were refused and %d failed", f.Requests, f.Refused, f.Broken)
	}
	resident, err := s.resident()
	return sample{
		perSecond: float64(f.Requests) / (time.Duration(f.Micros) * time.Microsecond).Seconds(),
		p50:       time.Duration(f.P50) * time.Microsecond,
		p99:       time.Duration(f.P99) * time.Microsecond,
		p999:      time.Duration(f.P999) * time.Microsecond,
		cpu:       (after - before) / time.Duration(f.Requests),
		resident:  resident,
	}, err
}
