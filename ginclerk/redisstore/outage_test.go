package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/redisstore"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/internal/redistest"
)

// wantNotTold revokes during an outage of Redis: this replica refuses the session, and the error says that the others don't know.
func (r *replica) wantNotTold(t *testing.T, id string) {
	t.Helper()
	if err := r.Revoke(t.Context(), session(id)); !errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("revoke without Redis: %v, want ErrUnavailable", err)
	}
	if !r.Revoked(id, "", time.Now()) {
		t.Errorf("%s is accepted where it was revoked", id)
	}
}

func TestReplicasAgreeAfterRedisLostEverything(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	one, other := connectedReplica(t, server.Client(t)), connectedReplica(t, server.Client(t))
	one.mustRevoke(t, session("sess_1"))
	other.mustRevoke(t, session("sess_2"))
	both := []*replica{one, other}
	for _, r := range both {
		r.awaitRevoked(t, "sess_1", "sess_2")
	}
	stop := guard(t, both, "sess_1", "sess_2")
	ids := []string{"sess_1", "sess_2"}
	for round := range 3 {
		server.Kill(t)
		for i, r := range both {
			r.awaitConnected(t, false)
			id := fmt.Sprint("sess_away_", round, "_", i)
			r.wantNotTold(t, id)
			ids = append(ids, id)
		}
		server.Restart(t)
		for _, r := range both {
			r.awaitConnected(t, true)
			r.awaitRevoked(t, ids...)
		}
	}
	stop()
	third := connectedReplica(t, server.Client(t))
	third.awaitRevoked(t, ids...)
	if got, want := len(one.log.all()), 1+2*3; got != want {
		t.Errorf("%d lines for %d changes:\n%s", got, want, strings.Join(one.log.all(), "\n"))
	}
	if all := strings.Join(one.log.all(), "\n"); strings.Contains(all, "sess_") {
		t.Errorf("the log names sessions:\n%s", all)
	}
}

func TestAFrozenRedisHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	one, other := connectedReplica(t, server.Client(t)), connectedReplica(t, server.Client(t))
	one.mustRevoke(t, session("sess_1"))
	other.awaitRevoked(t, "sess_1")
	stop := guard(t, []*replica{one, other}, "sess_1")
	server.Freeze(t)
	one.wantNotTold(t, "sess_2")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := one.Revoke(ctx, session("sess_3")); err == nil {
		t.Error("Revoke knows that others were told by a Redis that is frozen")
	}
	one.awaitConnected(t, false)
	other.awaitConnected(t, false)
	other.wantNotTold(t, "sess_4")
	server.Thaw(t)
	for _, r := range []*replica{one, other} {
		r.awaitConnected(t, true)
		r.awaitRevoked(t, "sess_1", "sess_2", "sess_3", "sess_4")
	}
	stop()
}

func TestAReplicaStartsWithoutRedis(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	server.Kill(t)
	one := newReplica(t, redisstore.Config{Client: server.Client(t)})
	one.wantNotTold(t, "sess_1")
	server.Restart(t)
	one.awaitConnected(t, true)
	if !connectedReplica(t, server.Client(t)).Revoked("sess_1", "", time.Now()) {
		t.Error("what was revoked before the first connection is not told")
	}
}

// TestDamageIsNoticedAtTheNextResynchronisation: also if no connection was lost.
func TestDamageIsNoticedAtTheNextResynchronisation(t *testing.T) {
	t.Parallel()
	const until, order, head = "ginclerk:{revoked}:until", "ginclerk:{revoked}:order", "ginclerk:{revoked}:head"
	for name, damage := range map[string]func(ctx context.Context, client *redis.Client) error{
		"everything is deleted": func(ctx context.Context, client *redis.Client) error { return client.FlushAll(ctx).Err() },
		"the entries are lost":  func(ctx context.Context, client *redis.Client) error { return client.Del(ctx, until).Err() },
		"the order is lost":     func(ctx context.Context, client *redis.Client) error { return client.Del(ctx, order).Err() },
		"the head is lost":      func(ctx context.Context, client *redis.Client) error { return client.Del(ctx, head).Err() },
		"an entry is lost": func(ctx context.Context, client *redis.Client) error {
			return client.ZPopMin(ctx, until).Err()
		},
		"a server took over that was behind": func(ctx context.Context, client *redis.Client) error {
			_, err := client.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
				pipe.Del(ctx, until, order)
				pipe.HSet(ctx, head, "last", 0, "count", 0)
				return nil
			})
			return err
		},
		"the head is somebody's": func(ctx context.Context, client *redis.Client) error {
			return errors.Join(client.HSet(ctx, head, "count", "many").Err(), client.HDel(ctx, head, "name").Err())
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := redistest.Start(t).Client(t)
			config := redisstore.Config{Client: client, Resync: 50 * time.Millisecond}
			one := newReplica(t, config)
			one.awaitConnected(t, true)
			one.mustRevoke(t, session("sess_1"), session("sess_2"), session("sess_3"))
			awaitCards(t, client, 3, until, order)
			if err := damage(t.Context(), client); err != nil {
				t.Fatal(err)
			}
			awaitCards(t, client, 3, until, order)
			connectedReplica(t, client).awaitRevoked(t, "sess_1", "sess_2", "sess_3")
			if lines := one.log.all(); len(lines) != 1 {
				t.Errorf("no connection was lost, but the log says %q", lines)
			}
		})
	}
}

// TestAMessageThatIsLostIsHealed: Redis has an entry, and its message was lost.
func TestAMessageThatIsLostIsHealed(t *testing.T) {
	t.Parallel()
	for name, lost := range map[string]struct {
		number int64
		write  func(ctx context.Context, pipe redis.Pipeliner)
	}{
		"in the data that were read": {4, func(ctx context.Context, pipe redis.Pipeliner) {
			pipe.HSet(ctx, "ginclerk:{revoked}:head", "last", 4, "count", 4)
		}},
		"in data that others began anew": {1, func(ctx context.Context, pipe redis.Pipeliner) {
			pipe.FlushAll(ctx)
			pipe.HSet(ctx, "ginclerk:{revoked}:head", "name", "another", "last", 1, "count", 1)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := redistest.Start(t).Client(t)
			source := connectedReplica(t, client)
			source.mustRevoke(t, session("sess_1"), session("sess_2"), session("sess_3"))
			if err := source.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
			one := newReplica(t, redisstore.Config{Client: client, Resync: 50 * time.Millisecond})
			one.awaitConnected(t, true) // it has read up to the third
			until := float64(time.Now().Add(time.Hour).UnixMilli())
			member := "s" + strings.Repeat("A", 22)
			changed := one.Changed()
			if _, err := client.TxPipelined(t.Context(), func(pipe redis.Pipeliner) error {
				lost.write(t.Context(), pipe)
				pipe.ZAdd(t.Context(), "ginclerk:{revoked}:until", redis.Z{Score: until, Member: member})
				pipe.ZAdd(t.Context(), "ginclerk:{revoked}:order", redis.Z{Score: float64(lost.number), Member: member})
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			select {
			case <-changed:
			case <-time.After(patience):
				t.Error("an entry that nobody told of is not found")
			}
		})
	}
}

// TestALostNetworkIsNoticed: go-redis goes on dialing, and gets no answer.
func TestALostNetworkIsNoticed(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	var cut atomic.Bool
	client := redis.NewClient(&redis.Options{Addr: server.Addr(), DialTimeout: time.Minute, Dialer: func(ctx context.Context, network, addr string) (net.Conn, error) {
		if cut.Load() {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return (&net.Dialer{}).DialContext(ctx, network, addr)
	}})
	defer func() { _ = client.Close() }()
	one := connectedReplica(t, client)
	cut.Store(true)
	server.Restart(t)
	one.awaitConnected(t, false)
	one.wantNotTold(t, "sess_1")
	if err := one.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestStrangersInRedisDoNoHarm: other programs write to the channel and the keys.
func TestStrangersInRedisDoNoHarm(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client(t)
	one, other := connectedReplica(t, client), connectedReplica(t, client)
	one.mustRevoke(t, session("sess_1"))
	for _, payload := range []string{"", "\n\n", "s", "s 1", "garbage", "\x00\xff", "u:: :", strings.Repeat("s", 3<<20)} {
		if err := client.Publish(t.Context(), "ginclerk:{revoked}:news", payload).Err(); err != nil {
			t.Fatal(err)
		}
	}
	strangers := []redis.Z{{Score: 9e15, Member: "garbage"}, {Score: 9e15, Member: ""}, {Score: 1.5, Member: "s"}, {Score: 9e15, Member: "u:1:2"}}
	if err := client.ZAdd(t.Context(), "ginclerk:{revoked}:until", strangers...).Err(); err != nil {
		t.Fatal(err)
	}
	one.mustRevoke(t, session("sess_2"))
	other.awaitRevoked(t, "sess_1", "sess_2")
	connectedReplica(t, client).awaitRevoked(t, "sess_1", "sess_2")
	// A key of another type is an error that every attempt meets: the replica goes on alone, and comes back by itself.
	if err := errors.Join(client.FlushAll(t.Context()).Err(), client.Set(t.Context(), "ginclerk:{revoked}:until", "text", 0).Err()); err != nil {
		t.Fatal(err)
	}
	if err := one.Revoke(t.Context(), session("sess_3")); err == nil {
		t.Error("the others were told through a key of another type")
	}
	one.awaitConnected(t, false)
	if err := client.Del(t.Context(), "ginclerk:{revoked}:until").Err(); err != nil {
		t.Fatal(err)
	}
	one.awaitConnected(t, true)
	connectedReplica(t, client).awaitRevoked(t, "sess_1", "sess_2", "sess_3")
}

// TestCloseWaitsNoLongerThanItsContext: whatever Redis does.
func TestCloseWaitsNoLongerThanItsContext(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	one := connectedReplica(t, server.Client(t))
	server.Freeze(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := one.Close(ctx); err != nil {
		t.Errorf("close: %v", err)
	}
	server.Thaw(t)
}

// TestAUserIsRefusedEverywhereAfterAnOutage: entries of users are written back as those of sessions are.
func TestAUserIsRefusedEverywhereAfterAnOutage(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	one := connectedReplica(t, server.Client(t))
	now := time.Now()
	one.mustRevoke(t, revocation.Entry{UserID: "user_1", IssuedBefore: now, Until: now.Add(time.Hour)})
	server.Kill(t)
	one.awaitConnected(t, false)
	server.Restart(t)
	one.awaitConnected(t, true)
	other := connectedReplica(t, server.Client(t))
	if !other.Revoked("sess_1", "user_1", now) || other.Revoked("sess_1", "user_1", now.Add(time.Second)) {
		t.Error("the replicas do not agree about a user")
	}
}

// TestAnOutageOfRedisIsReported: the first connection is no end of an outage, and each outage has one beginning and one end.
func TestAnOutageOfRedisIsReported(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	events := make(chan observe.Event, 100)
	r := newReplica(t, redisstore.Config{
		Client: server.Client(t), Observer: observe.Func(func(_ context.Context, e observe.Event) { events <- e }),
	})
	r.awaitConnected(t, true)
	next := func() observe.Event {
		t.Helper()
		select {
		case e := <-events:
			return e
		case <-time.After(patience):
			t.Fatalf("no event within %s", patience)
			return observe.Event{}
		}
	}
	for range 2 {
		server.Kill(t)
		if e := next(); e.Kind != observe.OutageBegan || e.Target != redisstore.Outage || e.Err == nil {
			t.Errorf("%+v, want the beginning of an outage", e)
		}
		server.Restart(t)
		if e := next(); e != (observe.Event{Kind: observe.OutageEnded, Target: redisstore.Outage}) {
			t.Errorf("%+v, want the end of an outage", e)
		}
	}
}
