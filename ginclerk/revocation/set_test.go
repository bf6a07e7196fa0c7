package revocation_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock/clocktest"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
)

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	noon := clocktest.At(clocktest.Noon()).Now()
	const life = time.Hour
	session := revocation.Entry{SessionID: "sess_1", Until: noon.Add(life)}
	user := revocation.Entry{UserID: "user_1", IssuedBefore: noon, Until: noon.Add(life)}
	for name, row := range map[string]struct {
		entries  []revocation.Entry
		session  string
		user     string
		issued   time.Time
		after    time.Duration
		expected bool
	}{
		"nothing is revoked":                        {nil, "sess_1", "user_1", noon, 0, false},
		"the session":                               {[]revocation.Entry{session}, "sess_1", "user_1", noon, 0, true},
		"the session, of a token issued later":      {[]revocation.Entry{session}, "sess_1", "user_1", noon.Add(time.Minute), 0, true},
		"another session of the user":               {[]revocation.Entry{session}, "sess_2", "user_1", noon, 0, false},
		"a moment before the entry ends":            {[]revocation.Entry{session}, "sess_1", "user_1", noon, life - 1, true},
		"when the entry ends":                       {[]revocation.Entry{session}, "sess_1", "user_1", noon, life, false},
		"any session of the user":                   {[]revocation.Entry{user}, "sess_9", "user_1", noon.Add(-time.Hour), 0, true},
		"issued in the same second":                 {[]revocation.Entry{user}, "sess_9", "user_1", noon.Add(999 * time.Millisecond), 0, true},
		"issued a second later":                     {[]revocation.Entry{user}, "sess_9", "user_1", noon.Add(time.Second), 0, false},
		"another user":                              {[]revocation.Entry{user}, "sess_9", "user_2", noon, 0, false},
		"when the user's entry ends":                {[]revocation.Entry{user}, "sess_9", "user_1", noon, life, false},
		"a user's id is no session's":               {[]revocation.Entry{user}, "user_1", "", noon, 0, false},
		"an entry that ended is not added":          {[]revocation.Entry{{SessionID: "sess_1", Until: noon}}, "sess_1", "", noon, 0, false},
		"an entry that names nobody refuses nobody": {[]revocation.Entry{{Until: noon.Add(life), IssuedBefore: noon}}, "", "", noon, 0, false},
		"a session's entry that names its user":     {[]revocation.Entry{{SessionID: "sess_1", UserID: "user_1", Until: noon.Add(life)}}, "sess_2", "user_1", noon, 0, false},
		"a user's entry without a time is of now":   {[]revocation.Entry{{UserID: "user_1", Until: noon.Add(life)}}, "sess_2", "user_1", noon, 0, true},
		"and not of later":                          {[]revocation.Entry{{UserID: "user_1", Until: noon.Add(life)}}, "sess_2", "user_1", noon.Add(time.Second), 0, false},
		"a shorter entry shortens nothing": {
			[]revocation.Entry{session, {SessionID: "sess_1", Until: noon.Add(time.Second)}}, "sess_1", "", noon, time.Minute, true,
		},
		"a longer entry prolongs": {
			[]revocation.Entry{session, {SessionID: "sess_1", Until: noon.Add(2 * life)}}, "sess_1", "", noon, life, true,
		},
		"an earlier time of a user takes nothing back": {
			[]revocation.Entry{user, {UserID: "user_1", IssuedBefore: noon.Add(-life), Until: noon.Add(2 * life)}}, "", "user_1", noon, 0, true,
		},
		"but refuses for longer what it names": {
			[]revocation.Entry{user, {UserID: "user_1", IssuedBefore: noon.Add(-life), Until: noon.Add(2 * life)}}, "", "user_1", noon.Add(-life), life, true,
		},
		"and no more than that": {
			[]revocation.Entry{user, {UserID: "user_1", IssuedBefore: noon.Add(-life), Until: noon.Add(2 * life)}}, "", "user_1", noon, life, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := clocktest.At(clocktest.Noon())
			set := newSet(clock.Now)
			if err := set.Revoke(t.Context(), row.entries...); err != nil {
				t.Fatal(err)
			}
			clock.Advance(row.after)
			if got := set.Revoked(row.session, row.user, row.issued); got != row.expected {
				t.Errorf("revoked %t, want %t", got, row.expected)
			}
		})
	}
}

func TestChangedTellsOfWhatIsNew(t *testing.T) {
	t.Parallel()
	clock := clocktest.At(clocktest.Noon())
	set := newSet(clock.Now)
	session := revocation.Entry{SessionID: "sess_1", Until: clock.Now().Add(time.Hour)}
	user := revocation.Entry{UserID: "user_1", IssuedBefore: clock.Now(), Until: clock.Now().Add(time.Hour)}
	later := session
	later.Until = later.Until.Add(1)
	ended := revocation.Entry{SessionID: "sess_2", Until: clock.Now()}
	for _, step := range []struct {
		name  string
		entry revocation.Entry
		want  bool
	}{
		{"a session", session, true},
		{"the same again", session, false},
		{"for longer", later, true},
		{"a user", user, true},
		{"the same user again", user, false},
		{"one that ended", ended, false},
	} {
		changed := set.Changed()
		if err := set.Revoke(t.Context(), step.entry); err != nil {
			t.Fatal(err)
		}
		got := false
		select {
		case <-changed:
			got = true
		default:
		}
		if got != step.want {
			t.Errorf("%s: told %t, want %t", step.name, got, step.want)
		}
	}
}

// TestOrderAndRepetitionDoNotMatter: sets with the same entries agree. Replicas depend on this.
func TestOrderAndRepetitionDoNotMatter(t *testing.T) {
	t.Parallel()
	clock := clocktest.At(clocktest.Noon())
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var entries []revocation.Entry
		for range 12 {
			until := clock.Now().Add(time.Duration(1+random.IntN(4)) * time.Minute)
			switch random.IntN(3) {
			case 0:
				entries = append(entries, revocation.Entry{SessionID: fmt.Sprint("sess_", random.IntN(3)), Until: until})
			case 1:
				issued := clock.Now().Add(time.Duration(random.IntN(4)) * time.Second)
				user := []string{"", "user_0", "user_1"}[random.IntN(3)]
				entries = append(entries, revocation.Entry{
					OrganizationID: fmt.Sprint("org_", random.IntN(2)), UserID: user, IssuedBefore: issued, Until: until,
				})
			default:
				issued := clock.Now().Add(time.Duration(random.IntN(4)) * time.Second)
				entries = append(entries, revocation.Entry{UserID: fmt.Sprint("user_", random.IntN(2)), IssuedBefore: issued, Until: until})
			}
		}
		one, other := newSet(clock.Now), newSet(clock.Now)
		_ = one.Revoke(t.Context(), entries...)
		for range 2 {
			random.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
			for _, entry := range entries {
				_ = other.Revoke(t.Context(), entry)
			}
		}
		// Another set takes the entries of this one: replicas write back in this way.
		third := newSet(clock.Now)
		_ = third.Revoke(t.Context(), other.Entries()...)
		if diff := cmp.Diff(listed(one), listed(other)); diff != "" {
			t.Fatalf("sets differ after the same entries (-one +other):\n%s", diff)
		}
		if diff := cmp.Diff(listed(one), listed(third)); diff != "" {
			t.Fatalf("a set that was filled from another differs:\n%s", diff)
		}
	}
}

func listed(set *revocation.Set) []string {
	var lines []string
	for _, entry := range set.Entries() {
		lines = append(lines, fmt.Sprint(entry.SessionID, entry.OrganizationID, entry.UserID, entry.IssuedBefore.UnixNano(), entry.Until.UnixNano()))
	}
	slices.Sort(lines)
	return lines
}

// TestASetForgetsWhatEnded: it returns only live entries, however many were added.
func TestASetForgetsWhatEnded(t *testing.T) {
	t.Parallel()
	clock := clocktest.At(clocktest.Noon())
	set := newSet(clock.Now)
	const perSecond, seconds, life = 100, 100, 10
	for second := range seconds {
		for i := range perSecond {
			entry := revocation.Entry{SessionID: fmt.Sprint(second, "_", i), Until: clock.Now().Add(life * time.Second)}
			switch i % 3 {
			case 0:
				entry = revocation.Entry{OrganizationID: "org_1", UserID: entry.SessionID, IssuedBefore: clock.Now(), Until: entry.Until}
			case 1:
				entry = revocation.Entry{UserID: entry.SessionID, IssuedBefore: clock.Now(), Until: entry.Until}
			}
			_ = set.Revoke(t.Context(), entry)
		}
		if got, want := len(set.Entries()), min(second+1, life)*perSecond; got != want {
			t.Fatalf("after %d seconds: %d entries, want %d", second, got, want)
		}
		clock.Advance(time.Second)
	}
}

func BenchmarkRevoked(b *testing.B) {
	clock := clocktest.At(clocktest.Noon())
	set := newSet(clock.Now)
	for i := range 100_000 {
		_ = set.Revoke(b.Context(), revocation.Entry{SessionID: fmt.Sprint("sess_", i), Until: clock.Now().Add(time.Hour)})
	}
	b.ReportAllocs()
	for b.Loop() {
		if set.Revoked("sess_none", "user_none", clock.Now()) {
			b.Fatal("refused")
		}
	}
}
