package redistest

import (
	"context"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	clusterNodes    = 3
	clusterSlots    = 16384
	togetherTimeout = 30 * time.Second
	lookAgain       = 20 * time.Millisecond
)

// Nodes are the servers of a cluster.
type Nodes struct{ Servers []*Server }

// Cluster starts three servers, each with a third of the slots and none with a copy, and waits until all three know it.
func Cluster(tb testing.TB) *Nodes {
	tb.Helper()
	nodes := &Nodes{}
	for range clusterNodes {
		node := &Server{program: program(tb), folder: tb.TempDir()}
		nodes.Servers = append(nodes.Servers, start(tb, node, func(s *Server) { s.port, s.busPort = freePort(tb), freePort(tb) }))
	}
	ctx, cancel := context.WithTimeout(tb.Context(), togetherTimeout)
	defer cancel()
	first := nodes.Servers[0]
	for i, server := range nodes.Servers {
		client := server.Client(tb)
		from, to := clusterSlots*i/clusterNodes, clusterSlots*(i+1)/clusterNodes-1
		if err := client.ClusterAddSlotsRange(ctx, from, to).Err(); err != nil {
			tb.Fatalf("redistest: give slots to a node: %v", err)
		}
		if i > 0 {
			if err := client.Do(ctx, "CLUSTER", "MEET", "127.0.0.1", first.port, first.busPort).Err(); err != nil {
				tb.Fatalf("redistest: let nodes meet: %v", err)
			}
		}
	}
	for _, server := range nodes.Servers {
		server.awaitCluster(ctx, tb)
	}
	return nodes
}

// Addrs returns the nodes' addresses.
func (n *Nodes) Addrs() []string {
	addrs := make([]string, 0, len(n.Servers))
	for _, server := range n.Servers {
		addrs = append(addrs, server.Addr())
	}
	return addrs
}

// Client returns a client like that of [Server.Client].
func (n *Nodes) Client(tb testing.TB) *redis.ClusterClient {
	tb.Helper()
	client := redis.NewClusterClient(&redis.ClusterOptions{
		Addrs: n.Addrs(), ContextTimeoutEnabled: true,
		DialTimeout: time.Second, ReadTimeout: time.Second, WriteTimeout: time.Second,
	})
	tb.Cleanup(func() { _ = client.Close() })
	return client
}

// Owner returns the node that has a key, or a channel.
func (n *Nodes) Owner(tb testing.TB, key string) *Server {
	tb.Helper()
	master, err := n.Client(tb).MasterForKey(tb.Context(), key)
	if err != nil {
		tb.Fatalf("redistest: find the node of a key: %v", err)
	}
	_, port, err := net.SplitHostPort(master.Options().Addr)
	if err != nil {
		tb.Fatal(err)
	}
	for _, server := range n.Servers {
		if strconv.Itoa(server.port) == port {
			return server
		}
	}
	tb.Fatal("redistest: the key is at none of the nodes")
	return nil
}

// awaitCluster waits until a node serves all slots and knows the others.
func (s *Server) awaitCluster(ctx context.Context, tb testing.TB) {
	tb.Helper()
	client := s.Client(tb)
	await(ctx, tb, "the cluster", func() bool {
		info, err := client.ClusterInfo(ctx).Result()
		return err == nil && strings.Contains(info, "cluster_state:ok") &&
			strings.Contains(info, "cluster_known_nodes:"+strconv.Itoa(clusterNodes)) &&
			strings.Contains(info, "cluster_slots_ok:"+strconv.Itoa(clusterSlots))
	})
}

// await asks servers until they are ready together. They tell nobody when that is.
func await(ctx context.Context, tb testing.TB, what string, ready func() bool) {
	tb.Helper()
	look := time.NewTicker(lookAgain)
	defer look.Stop()
	for !ready() {
		select {
		case <-look.C:
		case <-ctx.Done():
			tb.Fatalf("redistest: %s is not ready: %v", what, ctx.Err())
		}
	}
}
