package pages_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/templates"
)

// homePage is a page of the application in the frame of the session pages.
func homePage(frame templates.Page) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return templates.Layout(frame).Render(templ.WithChildren(ctx, templates.Heading(frame.Title)), w)
	})
}

// sessionOf reads the session id from a token.
func sessionOf(tb testing.TB, token string) string {
	tb.Helper()
	parts := strings.Split(token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		tb.Fatal(err)
	}
	var claims struct {
		SessionID string `json:"sid"`
	}
	if err := json.Unmarshal(raw, &claims); err != nil {
		tb.Fatal(err)
	}
	return claims.SessionID
}

func (w *world) userID(tb testing.TB, email string) string {
	tb.Helper()
	u, err := w.server.UserByEmail(email)
	if err != nil {
		tb.Fatal(err)
	}
	return u.ID
}

// statusOf returns a session's status at Clerk.
func (w *world) statusOf(t *testing.T, id string) string {
	t.Helper()
	s, err := w.server.Session(id)
	if err != nil {
		t.Fatal(err)
	}
	return s.Status
}

// elsewhere creates a session of the user on another device.
func (w *world) elsewhere(t *testing.T, email string) string {
	t.Helper()
	s, err := w.server.CreateSession(w.userID(t, email), clerktest.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return s.ID
}
