package redisstore_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/internal/redistest"
)

// TestTwoProcesses: what one revokes the other refuses, and goes on refusing while Redis is killed and comes back empty.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	here, there := connectedReplica(t, server.Client(t)), replicaProcess(t, server.Addr())
	await := func(id string) {
		t.Helper()
		there.want("waiting", "await", id)
		there.refusedAt()
	}
	here.mustRevoke(t, session("sess_1"))
	await("sess_1")
	there.want("<nil>", "revoke", "sess_2")
	here.awaitRevoked(t, "sess_2")

	server.Kill(t)
	here.awaitConnected(t, false)
	here.wantNotTold(t, "sess_3")
	there.say("revoke", "sess_4")
	if answer := there.hear(); answer == "<nil>" {
		t.Error("the other process told others without Redis")
	}
	for _, id := range []string{"sess_1", "sess_2", "sess_4"} {
		there.want("true", "revoked", id)
	}
	there.want("false", "revoked", "sess_3")

	server.Restart(t)
	here.awaitRevoked(t, "sess_1", "sess_2", "sess_3", "sess_4")
	for _, id := range []string{"sess_1", "sess_2", "sess_3", "sess_4"} {
		await(id)
	}
}

// BenchmarkRevokeToRefusal measures how long after the call of Revoke in one process another one refuses the session: its
// median and 99th percentile over 1,000 revocations.
func BenchmarkRevokeToRefusal(b *testing.B) {
	const revocations = 1000
	server := redistest.Start(b)
	here, there := connectedReplica(b, server.Client(b)), replicaProcess(b, server.Addr())
	var took []time.Duration
	for round := 0; b.Loop(); round++ {
		for i := range revocations {
			id := fmt.Sprint("sess_", round, "_", i)
			there.want("waiting", "await", id)
			begin := time.Now()
			here.mustRevoke(b, session(id))
			took = append(took, there.refusedAt().Sub(begin))
		}
	}
	slices.Sort(took)
	at := func(share float64) float64 {
		return float64(took[int(share*float64(len(took)-1))]) / float64(time.Millisecond)
	}
	b.ReportMetric(at(0.5), "ms/median")
	b.ReportMetric(at(0.99), "ms/99%")
	b.ReportMetric(at(1), "ms/max")
}

// BenchmarkSnapshot measures how long a new replica takes until it knows 100,000 entries.
func BenchmarkSnapshot(b *testing.B) {
	const entries, chunk = 100_000, 1000
	client := redistest.Start(b).Client(b)
	source := connectedReplica(b, client)
	for i := range entries / chunk {
		some := make([]string, chunk)
		for j := range some {
			some[j] = fmt.Sprint("sess_", i, "_", j)
		}
		source.mustRevoke(b, sessions(some)...)
	}
	if info, err := client.MemoryUsage(b.Context(), "ginclerk:{revoked}:until", 0).Result(); err == nil {
		b.Logf("the sorted set by time takes %d bytes", info)
	}
	for b.Loop() {
		r := connectedReplica(b, client)
		if err := r.Close(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRevoked measures the cost for a request.
func BenchmarkRevoked(b *testing.B) {
	r := connectedReplica(b, redistest.Start(b).Client(b))
	r.mustRevoke(b, session("sess_1"))
	now := time.Now()
	b.ReportAllocs()
	for b.Loop() {
		if r.Revoked("sess_2NNEqL2nrIRdJ194ndJqAHwEfxC", "user_2NNEqL2nrIRdJ194ndJqAHwEfxC", now) {
			b.Fatal("refused")
		}
	}
}
