package redistest_test

import (
	"strconv"
	"testing"

	"github.com/ginclerk/ginclerk/internal/redistest"
)

func TestAServerComesBackEmptyAtTheSameAddress(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	addr, client := server.Addr(), server.Client(t)
	for _, end := range []func(testing.TB){server.Kill, server.Stop, server.Kill} {
		if err := client.Set(t.Context(), "a", "1", 0).Err(); err != nil {
			t.Fatal(err)
		}
		end(t)
		if err := client.Ping(t.Context()).Err(); err == nil {
			t.Error("a server that ended answers")
		}
		end(t) // once more is nothing
		server.Restart(t)
		if n := client.Exists(t.Context(), "a"); n.Err() != nil || n.Val() != 0 {
			t.Errorf("after a restart: %d, %v", n.Val(), n.Err())
		}
	}
	if server.Addr() != addr {
		t.Errorf("moved from %s to %s", addr, server.Addr())
	}
}

func TestAFrozenServerAnswersNothingAndForgetsNothing(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client := server.Client(t)
	if err := client.Set(t.Context(), "a", "1", 0).Err(); err != nil {
		t.Fatal(err)
	}
	server.Freeze(t)
	if err := client.Ping(t.Context()).Err(); err == nil {
		t.Error("a frozen server answers")
	}
	server.Thaw(t)
	if got, err := client.Get(t.Context(), "a").Result(); got != "1" || err != nil {
		t.Errorf("after the thaw: %q, %v", got, err)
	}
}

func TestAClusterHasItsKeysOnThreeNodes(t *testing.T) {
	t.Parallel()
	nodes := redistest.Cluster(t)
	client := nodes.Client(t)
	owners := map[string]bool{}
	for i := range 30 {
		key := "key" + strconv.Itoa(i)
		if err := client.Set(t.Context(), key, i, 0).Err(); err != nil {
			t.Fatal(err)
		}
		owner := nodes.Owner(t, key)
		owners[owner.Addr()] = true
		if got, err := owner.Client(t).Get(t.Context(), key).Int(); got != i || err != nil {
			t.Fatalf("at its owner %s has %d, %v", key, got, err)
		}
	}
	if len(owners) != len(nodes.Addrs()) {
		t.Errorf("30 keys are on %d nodes of %d", len(owners), len(nodes.Addrs()))
	}
}
