package reverify_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
	"github.com/ginclerk/ginclerk/ginclerk/reverify"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

const sessionID = "sess_1"

func browser() session.Browser {
	return session.Browser{Client: "its-credential", Origin: "https://app.example.com"}
}

// clerk stands for the Frontend API: it gives one answer, and keeps what it was asked.
type clerk struct {
	answer reverify.Answer
	err    error
	asked  []string
}

func (c *clerk) StartVerification(_ context.Context, b session.Browser, id string, level token.Level) (reverify.Answer, error) {
	c.asked = append(c.asked, fmt.Sprint("start ", b.Client, " ", id, " ", level))
	return c.answer, c.err
}

func (c *clerk) SendCode(_ context.Context, b session.Browser, id string, v reverify.Verification, f reverify.Factor) (reverify.Answer, error) {
	c.asked = append(c.asked, fmt.Sprint("send ", b.Client, " ", id, " second:", v.Second, " ", f.Strategy, " ", f.ID))
	return c.answer, c.err
}

func (c *clerk) AttemptFactor(
	_ context.Context, b session.Browser, id string, v reverify.Verification, f reverify.Factor, proof string,
) (reverify.Answer, error) {
	c.asked = append(c.asked, fmt.Sprint("attempt ", b.Client, " ", id, " second:", v.Second, " ", f.Strategy, " ", proof))
	return c.answer, c.err
}

// clock is a clock that tests set.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func newClock() *clock { return &clock{now: time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)} }

func keyring(t *testing.T, now func() time.Time) *sealed.Keyring {
	t.Helper()
	ring, err := sealed.NewKeyring(sealed.Config{Keys: [][]byte{bytes.Repeat([]byte("k"), sealed.MinKeyLength)}, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func service(t *testing.T, c *clerk, at *clock) *reverify.Service {
	t.Helper()
	s, err := reverify.New(reverify.Config{Frontend: c, Keyring: keyring(t, at.Now), Now: at.Now})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
