package session_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// household is one browser with three accounts and one that has signed out, and a second browser.
func household() *fake {
	return &fake{
		sessions: []session.Session{
			with(active("sess_ann", ann, "client_1", 1), func(s *session.Session) { s.OrganizationID = "org_1" }),
			active("sess_bob", bob, "client_1", 9),
			with(active("sess_cy", "user_cy", "client_1", 5), status(session.Pending)),
			with(active("sess_dee", "user_dee", "client_1", 8), status(session.Ended)),
			active("sess_ann_phone", ann, "client_2", 7),
		},
		profiles: map[string]session.Profile{
			ann: {UserID: ann, Name: "Ann", Email: "ann@example.com"},
			bob: {UserID: bob, Name: "Bob"},
		},
		names: map[string]string{"org_1": "Acme"},
	}
}

func TestForBrowser(t *testing.T) {
	t.Parallel()
	f := household()
	got, err := service(t, f).ForBrowser(t.Context(), "sess_ann")
	if err != nil {
		t.Fatal(err)
	}
	want := []session.Account{
		{Session: f.sessions[0], Profile: f.profiles[ann], Organization: "Acme", Current: true},
		{Session: f.sessions[1], Profile: f.profiles[bob]},
		{Session: f.sessions[2], Profile: session.Profile{UserID: "user_cy"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestForBrowserGoesWithoutNamesOfOrganizations(t *testing.T) {
	t.Parallel()
	f := household()
	f.namesDown = session.ErrUnavailable
	got, err := service(t, f).ForBrowser(t.Context(), "sess_ann")
	if err != nil || len(got) != 3 || got[0].Organization != "" {
		t.Errorf("got %v, error %v", got, err)
	}
}

func TestForBrowserOfASessionWithoutAClient(t *testing.T) {
	t.Parallel()
	f := &fake{sessions: []session.Session{active("sess_1", ann, "", 1), active("sess_2", bob, "", 2)}}
	s := service(t, f)
	got, err := s.ForBrowser(t.Context(), "sess_1")
	if err != nil || len(got) != 1 || got[0].Session.ID != "sess_1" {
		t.Errorf("got %v, error %v", got, err)
	}
	if err := s.RevokeForBrowser(t.Context(), "sess_1", "sess_2"); !errors.Is(err, session.ErrNotFound) {
		t.Errorf("two sessions without a client share a browser: %v", err)
	}
}

func TestRevokeForBrowser(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name            string
		current, target string
		want            error
		revoked         []string
	}{
		{"another account here ends", "sess_ann", "sess_bob", nil, []string{"sess_bob"}},
		{"a pending one ends", "sess_ann", "sess_cy", nil, []string{"sess_cy"}},
		{"the current one ends", "sess_ann", "sess_ann", nil, []string{"sess_ann"}},
		{"one that has ended is fine", "sess_ann", "sess_dee", nil, nil},
		{"the same user elsewhere is not here", "sess_ann", "sess_ann_phone", session.ErrNotFound, nil},
		{"who has signed out may not", "sess_dee", "sess_bob", session.ErrNotActive, nil},
		{"who is unknown may not", "sess_x", "sess_bob", session.ErrNotFound, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := household()
			err := service(t, f).RevokeForBrowser(t.Context(), tt.current, tt.target)
			if !errors.Is(err, tt.want) || (tt.want == nil && err != nil) {
				t.Errorf("error is %v, want %v", err, tt.want)
			}
			if diff := cmp.Diff(tt.revoked, f.revoked); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSwitch(t *testing.T) {
	t.Parallel()
	here := session.Browser{DevBrowser: "dvb_secret"}
	tests := []struct {
		name            string
		browser         session.Browser
		current, target string
		touchErr        error
		want            error
		touched         []string
	}{
		{"to another account here", here, "sess_ann", "sess_bob", nil, nil, []string{"sess_bob in "}},
		{"the organization stays active", here, "sess_bob", "sess_ann", nil, nil, []string{"sess_ann in org_1"}},
		{"to itself", here, "sess_bob", "sess_bob", nil, nil, []string{"sess_bob in "}},
		{"without a credential", session.Browser{Origin: "https://x"}, "sess_ann", "sess_bob", nil, session.ErrNoCredential, nil},
		{"to a pending one", here, "sess_ann", "sess_cy", nil, session.ErrNotActive, nil},
		{"to one that has ended", here, "sess_ann", "sess_dee", nil, session.ErrNotActive, nil},
		{"from one that has ended", here, "sess_dee", "sess_bob", nil, session.ErrNotActive, nil},
		{"to the same user elsewhere", here, "sess_ann", "sess_ann_phone", nil, session.ErrNotFound, nil},
		{"refused by Clerk", here, "sess_ann", "sess_bob", session.ErrNoCredential, session.ErrNoCredential, []string{"sess_bob in "}},
		{"during an outage", here, "sess_ann", "sess_bob", session.ErrUnavailable, session.ErrUnavailable, []string{"sess_bob in "}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := household()
			f.touchErr = tt.touchErr
			err := service(t, f).Switch(t.Context(), tt.browser, tt.current, tt.target)
			if !errors.Is(err, tt.want) || (tt.want == nil && err != nil) {
				t.Errorf("error is %v, want %v", err, tt.want)
			}
			if diff := cmp.Diff(tt.touched, f.touched); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBrowserIsNotPrinted(t *testing.T) {
	t.Parallel()
	b := session.Browser{DevBrowser: "dvb_secret", Client: "jwt_secret"}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "browser", b)
	encoded, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprintf("%v %+v %#v %s %s", b, b, b, log.String(), encoded); strings.Contains(text, "_secret") {
		t.Errorf("the credential in %s", text)
	}
}
