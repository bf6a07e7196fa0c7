package revocation_test

import (
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock/clocktest"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
)

func TestWhichMembershipsAreRevoked(t *testing.T) {
	t.Parallel()
	noon := clocktest.At(clocktest.Noon()).Now()
	const life = time.Hour
	one := revocation.Entry{OrganizationID: "org_1", UserID: "user_1", IssuedBefore: noon, Until: noon.Add(life)}
	all := revocation.Entry{OrganizationID: "org_1", IssuedBefore: noon, Until: noon.Add(life)}
	for name, row := range map[string]struct {
		entry        revocation.Entry
		organization string
		user         string
		issued       time.Time
		after        time.Duration
		want         bool
	}{
		"the member":                               {one, "org_1", "user_1", noon.Add(-life), 0, true},
		"the member, in the same second":           {one, "org_1", "user_1", noon.Add(999 * time.Millisecond), 0, true},
		"the member, a second later":               {one, "org_1", "user_1", noon.Add(time.Second), 0, false},
		"a moment before the entry ends":           {one, "org_1", "user_1", noon, life - 1, true},
		"when the entry ends":                      {one, "org_1", "user_1", noon, life, false},
		"another member":                           {one, "org_1", "user_2", noon, 0, false},
		"the user in another organization":         {one, "org_2", "user_1", noon, 0, false},
		"the user in no organization":              {one, "", "user_1", noon, 0, false},
		"the ids the other way round":              {one, "user_1", "org_1", noon, 0, false},
		"a member of all":                          {all, "org_1", "user_9", noon, 0, true},
		"a member of all, a second later":          {all, "org_1", "user_9", noon.Add(time.Second), 0, false},
		"a member of all, when the entry ends":     {all, "org_1", "user_9", noon, life, false},
		"a member of another organization":         {all, "org_2", "user_9", noon, 0, false},
		"an organization that is called as a user": {all, "org_2", "org_1", noon, 0, false},
		"an entry without a time is of now":        {revocation.Entry{OrganizationID: "org_1", UserID: "user_1", Until: noon.Add(life)}, "org_1", "user_1", noon, 0, true},
		"and not of later":                         {revocation.Entry{OrganizationID: "org_1", UserID: "user_1", Until: noon.Add(life)}, "org_1", "user_1", noon.Add(time.Second), 0, false},
		"an entry that ended is not added":         {revocation.Entry{OrganizationID: "org_1", IssuedBefore: noon, Until: noon}, "org_1", "user_1", noon, 0, false},
		"a user's entry is no member's":            {revocation.Entry{UserID: "user_1", IssuedBefore: noon, Until: noon.Add(life)}, "org_1", "user_1", noon, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := clocktest.At(clocktest.Noon())
			set := newSet(clock.Now)
			_ = set.Revoke(t.Context(), row.entry)
			clock.Advance(row.after)
			if got := set.MembershipRevoked(row.organization, row.user, row.issued); got != row.want {
				t.Errorf("revoked %t, want %t", got, row.want)
			}
			copied := newSet(clock.Now) // as replicas have it
			_ = copied.Revoke(t.Context(), set.Entries()...)
			if got := copied.MembershipRevoked(row.organization, row.user, row.issued); got != row.want {
				t.Errorf("revoked in a set that was filled from it: %t, want %t", got, row.want)
			}
		})
	}
}

// The session and the user go on, unless an entry names the session, too.
func TestAMembershipIsNoSession(t *testing.T) {
	t.Parallel()
	clock := clocktest.At(clocktest.Noon())
	until := clock.Now().Add(time.Hour)
	set := newSet(clock.Now)
	_ = set.Revoke(t.Context(), revocation.Entry{OrganizationID: "org_1", UserID: "user_1", IssuedBefore: clock.Now(), Until: until})
	if set.Revoked("sess_1", "user_1", clock.Now()) || set.Revoked("", "org_1", clock.Now()) {
		t.Error("the user is refused")
	}
	_ = set.Revoke(t.Context(), revocation.Entry{SessionID: "sess_2", OrganizationID: "org_1", UserID: "user_1", Until: until})
	if !set.Revoked("sess_2", "user_1", clock.Now()) || set.Revoked("sess_1", "user_1", clock.Now()) {
		t.Error("the session that an entry names, and no other, is refused")
	}
}

func TestSomeoneIsToldOfAMembership(t *testing.T) {
	t.Parallel()
	clock := clocktest.At(clocktest.Noon())
	set := newSet(clock.Now)
	entry := revocation.Entry{OrganizationID: "org_1", UserID: "user_1", IssuedBefore: clock.Now(), Until: clock.Now().Add(time.Hour)}
	for _, want := range []bool{true, false} { // the second time nothing is new
		changed := set.Changed()
		_ = set.Revoke(t.Context(), entry)
		told := false
		select {
		case <-changed:
			told = true
		default:
		}
		if told != want {
			t.Errorf("told %t, want %t", told, want)
		}
	}
}
