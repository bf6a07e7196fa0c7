package redisstore_test

import (
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/redisstore"
	"github.com/ginclerk/ginclerk/internal/redistest"
)

// TestReplicasAgreeOnACluster: also after the node with the revocations died and came back empty.
func TestReplicasAgreeOnACluster(t *testing.T) {
	t.Parallel()
	nodes := redistest.Cluster(t)
	one, other := connectedReplica(t, nodes.Client(t)), connectedReplica(t, nodes.Client(t))
	both := []*replica{one, other}
	one.mustRevoke(t, session("sess_1"))
	other.awaitRevoked(t, "sess_1")
	owner := nodes.Owner(t, "ginclerk:{revoked}:news")
	stop := guard(t, both, "sess_1")
	owner.Kill(t)
	for _, r := range both {
		r.awaitConnected(t, false)
	}
	one.wantNotTold(t, "sess_2")
	other.wantNotTold(t, "sess_3")
	owner.Restart(t)
	for _, r := range both {
		r.awaitConnected(t, true)
		r.awaitRevoked(t, "sess_1", "sess_2", "sess_3")
	}
	stop()
	connectedReplica(t, nodes.Client(t)).awaitRevoked(t, "sess_1", "sess_2", "sess_3")
}

// TestReplicasAgreeAfterAFailover: Sentinel makes the failover.
func TestReplicasAgreeAfterAFailover(t *testing.T) {
	t.Parallel()
	pair := redistest.Sentinel(t)
	one, other := connectedReplica(t, pair.Client(t)), connectedReplica(t, pair.Client(t))
	store := redisstore.NewStore(redisstore.Config{Client: pair.Client(t)})
	swap(t, store, "", "1")
	one.mustRevoke(t, session("sess_1"))
	other.awaitRevoked(t, "sess_1")
	copied := pair.Replica.Client(t)
	awaitCards(t, copied, 1, "ginclerk:{revoked}:until")
	stop := guard(t, []*replica{one, other}, "sess_1")
	pair.Master.Kill(t)
	one.awaitConnected(t, false)
	one.wantNotTold(t, "sess_2")
	one.awaitConnected(t, true)
	other.awaitRevoked(t, "sess_1", "sess_2")
	stop()
	swap(t, store, "1", "2")
}
