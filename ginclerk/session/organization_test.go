package session_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/session"
)

func TestSwitchOrganization(t *testing.T) {
	t.Parallel()
	here := session.Browser{DevBrowser: "dvb_secret"}
	tests := []struct {
		name              string
		browser           session.Browser
		user, target      string
		namesErr, touched error
		want              error
		calls             []string
	}{
		{"to an organization of the user", here, ann, "org_1", nil, nil, nil, []string{"sess_ann to org_1"}},
		{"to the personal account", here, ann, "", nil, nil, nil, []string{"sess_ann to "}},
		{"to the personal account, though memberships can't be read", here, ann, "", session.ErrUnavailable, nil, nil, []string{"sess_ann to "}},
		{"to another's organization", here, ann, "org_2", nil, nil, session.ErrOrganizationNotFound, nil},
		{"of nobody", here, "", "org_1", nil, nil, session.ErrOrganizationNotFound, nil},
		{"of a user whom Clerk does not know", here, ann, "org_1", session.ErrNotFound, nil, session.ErrOrganizationNotFound, nil},
		{"while Clerk can't say who is a member", here, ann, "org_1", session.ErrUnavailable, nil, session.ErrUnavailable, nil},
		{"without a credential", session.Browser{Origin: "https://x"}, ann, "org_1", nil, nil, session.ErrNoCredential, nil},
		{"to another's organization without a credential", session.Browser{}, ann, "org_2", nil, nil, session.ErrOrganizationNotFound, nil},
		{"refused by Clerk", here, ann, "org_1", nil, session.ErrOrganizationNotFound, session.ErrOrganizationNotFound, []string{"sess_ann to org_1"}},
		{"with a credential that Clerk refuses", here, ann, "org_1", nil, session.ErrNoCredential, session.ErrNoCredential, []string{"sess_ann to org_1"}},
		{"during an outage", here, ann, "org_1", nil, session.ErrUnavailable, session.ErrUnavailable, []string{"sess_ann to org_1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := household()
			f.namesDown, f.touchErr = tt.namesErr, tt.touched
			err := service(t, f).SwitchOrganization(t.Context(), tt.browser, tt.user, "sess_ann", tt.target)
			if !errors.Is(err, tt.want) || (tt.want == nil && err != nil) {
				t.Errorf("error is %v, want %v", err, tt.want)
			}
			if diff := cmp.Diff(tt.calls, f.touched); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What is not known is not allowed.
func TestAServiceThatKnowsNoMembershipsSwitchesToNoOrganization(t *testing.T) {
	t.Parallel()
	f := household()
	s, err := session.New(session.Config{Reader: f, Revoker: f, Toucher: f})
	if err != nil {
		t.Fatal(err)
	}
	err = s.SwitchOrganization(t.Context(), session.Browser{DevBrowser: "dvb_secret"}, ann, "sess_ann", "org_1")
	if !errors.Is(err, session.ErrOrganizationNotFound) || f.touched != nil {
		t.Errorf("error is %v, asked %v", err, f.touched)
	}
}
