package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock/clocktest"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/redisstore"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/internal/redistest"
)

func TestWhatOneReplicaRevokesAnotherRefuses(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client(t)
	one, other := connectedReplica(t, client), connectedReplica(t, client)
	now := time.Now()
	one.mustRevoke(t, session("sess_1"), revocation.Entry{UserID: "user_1", IssuedBefore: now, Until: now.Add(time.Hour)}, session("sess_last"))
	other.awaitRevoked(t, "sess_last")
	for _, r := range []*replica{one, other, connectedReplica(t, client)} {
		for _, row := range []struct {
			session, user string
			issued        time.Time
			want          bool
		}{
			{"sess_1", "user_9", now, true},
			{"sess_9", "user_1", now, true},
			{"sess_9", "user_1", now.Add(time.Second), false},
			{"sess_9", "user_9", now, false},
			{"", "", now, false},
		} {
			if got := r.Revoked(row.session, row.user, row.issued); got != row.want {
				t.Errorf("%s of %s: refused %t, want %t", row.session, row.user, got, row.want)
			}
		}
	}
}

func TestTwoPrefixesAreTwoApplications(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client(t)
	one := newReplica(t, redisstore.Config{Client: client, Prefix: "one:"})
	other := newReplica(t, redisstore.Config{Client: client, Prefix: "other:"})
	one.awaitConnected(t, true)
	other.awaitConnected(t, true)
	one.mustRevoke(t, session("sess_1"))
	other.mustRevoke(t, session("sess_2"))
	if other.Revoked("sess_1", "", time.Now()) || one.Revoked("sess_2", "", time.Now()) {
		t.Error("one application refuses what another revoked")
	}
	third := newReplica(t, redisstore.Config{Client: client, Prefix: "one:"})
	third.awaitConnected(t, true)
	if !third.Revoked("sess_1", "", time.Now()) || third.Revoked("sess_2", "", time.Now()) {
		t.Error("a later replica does not refuse what its application revoked, and that alone")
	}
}

// TestANewReplicaKnowsEverythingOnceItIsConnected, however many pages that takes.
func TestANewReplicaKnowsEverythingOnceItIsConnected(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client(t)
	one := connectedReplica(t, client)
	const many = 12_345
	entries := make([]revocation.Entry, 0, many)
	for i := range many {
		entries = append(entries, session(fmt.Sprint("sess_", i)))
	}
	one.mustRevoke(t, entries...)
	other := connectedReplica(t, client)
	for i := range many {
		if id := fmt.Sprint("sess_", i); !other.Revoked(id, "", time.Now()) {
			t.Fatalf("%s is accepted", id)
		}
	}
}

// TestRevokeBeforeTheConnectionWaitsForIt: an application that has just started tells the others too.
func TestRevokeBeforeTheConnectionWaitsForIt(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client(t)
	one := newReplica(t, redisstore.Config{Client: client})
	one.mustRevoke(t, session("sess_1"))
	if !connectedReplica(t, client).Revoked("sess_1", "", time.Now()) {
		t.Error("the other replica accepts the session")
	}
}

func TestRedisLearnsNoIDs(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client(t)
	one := connectedReplica(t, client)
	messages := client.PSubscribe(t.Context(), "*")
	defer func() { _ = messages.Close() }()
	if _, err := messages.ReceiveTimeout(t.Context(), patience); err != nil {
		t.Fatal(err)
	}
	one.mustRevoke(t, session("sess_secretive"), revocation.Entry{UserID: "user_secretive", Until: time.Now().Add(time.Hour)})
	message, err := messages.ReceiveTimeout(t.Context(), patience)
	if err != nil {
		t.Fatal(err)
	}
	seen := fmt.Sprint(message)
	for _, key := range client.Keys(t.Context(), "*").Val() {
		seen += key + client.Dump(t.Context(), key).Val()
	}
	if !strings.Contains(seen, "until") || strings.Contains(seen, "secretive") {
		t.Errorf("Redis holds and sends %q", seen)
	}
}

// TestRedisForgetsWhatLapsed: entries expire, and the keys with the last of them, while no replica runs.
func TestRedisForgetsWhatLapsed(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client(t)
	clock := clocktest.At(clocktest.Noon())
	one := newReplica(t, redisstore.Config{Client: client, Now: clock.Now})
	one.awaitConnected(t, true)
	one.mustRevoke(t,
		revocation.Entry{SessionID: "sess_short", Until: clock.Now().Add(time.Minute)},
		revocation.Entry{SessionID: "sess_long", Until: clock.Now().Add(time.Hour)})
	wantCount := func(want int64) {
		t.Helper()
		for _, key := range []string{"ginclerk:{revoked}:until", "ginclerk:{revoked}:order"} {
			if got := client.ZCard(t.Context(), key).Val(); got != want {
				t.Errorf("%s has %d entries, want %d", key, got, want)
			}
			if rest := client.PTTL(t.Context(), key).Val(); rest <= 0 || rest > time.Hour {
				t.Errorf("%s lives for %s", key, rest)
			}
		}
	}
	wantCount(2)
	clock.Advance(time.Minute)
	one.mustRevoke(t, revocation.Entry{SessionID: "sess_next", Until: clock.Now().Add(time.Minute)})
	wantCount(2)
	clock.Advance(time.Minute)
	one.mustRevoke(t, revocation.Entry{SessionID: "sess_last", Until: clock.Now().Add(500 * time.Millisecond)})
	wantCount(2)
}

func TestTheKeysEndWithTheLastEntry(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client(t)
	one := connectedReplica(t, client)
	one.mustRevoke(t, revocation.Entry{SessionID: "sess_1", Until: time.Now().Add(300 * time.Millisecond)})
	awaitKeys(t, client, 0)
	one.mustRevoke(t, session("sess_2"))
	if !connectedReplica(t, client).Revoked("sess_2", "", time.Now()) {
		t.Error("a later entry is not found")
	}
}

func TestClose(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client(t)
	one := connectedReplica(t, client)
	one.mustRevoke(t, session("sess_1"))
	for range 2 {
		if err := one.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if err := one.Revoke(t.Context(), session("sess_2")); !errors.Is(err, redisstore.ErrClosed) {
		t.Errorf("after Close: %v, want ErrClosed", err)
	}
	if one.Connected() || !one.Revoked("sess_1", "", time.Now()) || !one.Revoked("sess_2", "", time.Now()) {
		t.Error("a closed replica is connected, or accepts what it refused")
	}
	if len(one.log.all()) != 1 {
		t.Errorf("closing is no loss, but the log says %q", one.log.all())
	}
}

func TestConfigIsChecked(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client(t)
	for name, config := range map[string]redisstore.Config{
		"no client": {},
		"a prefix that scatters keys in a Cluster": {Client: client, Prefix: "a{}:"},
	} {
		if r, err := redisstore.NewRevocations(config); err == nil || r != nil {
			t.Errorf("%s: %v, %v; want an error", name, r, err)
		}
	}
}

// A membership that ends at one replica is refused by the others, and by those that come later.
func TestMembershipsAreSharedByReplicas(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client(t)
	one, other := connectedReplica(t, client), connectedReplica(t, client)
	now := time.Now()
	one.mustRevoke(t,
		revocation.Entry{OrganizationID: "org_1", UserID: "user_1", IssuedBefore: now, Until: now.Add(time.Hour)},
		revocation.Entry{OrganizationID: "org_2", IssuedBefore: now, Until: now.Add(time.Hour)},
		session("sess_last"),
	)
	other.awaitRevoked(t, "sess_last")
	for name, r := range map[string]*replica{"the one that ends it": one, "another one": other, "a later one": connectedReplica(t, client)} {
		for _, row := range []struct {
			organization, user string
			issued             time.Time
			want               bool
		}{
			{"org_1", "user_1", now, true},
			{"org_1", "user_1", now.Add(time.Second), false},
			{"org_1", "user_2", now, false},
			{"org_2", "user_2", now, true},
			{"org_3", "user_1", now, false},
			{"", "user_1", now, false},
		} {
			if got := r.MembershipRevoked(row.organization, row.user, row.issued); got != row.want {
				t.Errorf("%s: %s in %s: %t, want %t", name, row.user, row.organization, got, row.want)
			}
		}
		if r.Revoked("sess_1", "user_1", now) {
			t.Errorf("%s refuses the user", name)
		}
	}
}

func TestTheObserverIsToldHowLongRevocationsWereUnderWay(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client(t)
	clock := clocktest.At(time.Now())
	told := make(chan observe.Event, 10)
	one := connectedReplica(t, client)
	late := newReplica(t, redisstore.Config{
		Client: client, Now: func() time.Time { return clock.Now().Add(time.Hour) },
		Observer: observe.Func(func(_ context.Context, e observe.Event) { told <- e }),
	})
	late.awaitConnected(t, true)
	one.mustRevoke(t, revocation.Entry{SessionID: "sess_1", Until: clock.Now().Add(2 * time.Hour)}, revocation.Entry{SessionID: "sess_2", Until: clock.Now().Add(2 * time.Hour)})
	select {
	case e := <-told:
		if e.Kind != observe.RevocationsArrived || e.Count != 2 || e.Duration < 59*time.Minute || e.Duration > time.Hour {
			t.Errorf("told %+v", e)
		}
	case <-time.After(patience):
		t.Error("the observer was not told")
	}
}
