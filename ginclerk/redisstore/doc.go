// Package redisstore keeps the state that several processes of an application share, in Redis. [Store] keeps small records,
// [Revocations] tells every replica which sessions are ended, and [Limits] counts requests for all replicas together.
//
// All take a client of go-redis, which the application makes, configures and closes: a single server, Sentinel or Cluster.
// Set ContextTimeoutEnabled on it, or a Redis that accepts connections and answers nothing holds each call for the client's
// own time limits instead of the caller's; the callers in this project leave such calls behind, a goroutine for each. Let no eviction policy but noeviction work on it: one that drops records under
// pressure drops the memory of what was sent, done or revoked. go-redis writes a line to standard error when it can't
// connect, by a logger that belongs to the program: logging.Disable of go-redis silences it. This package logs through the
// Logger that it is given alone.
//
// # What is in Redis
//
// All keys begin with the prefix, and so does the channel.
//
//	store:<key>                a record of Store: one key, which expires with the record
//	{revoked}:until            sorted set: the revocations that have not lapsed, by the time at which they do
//	{revoked}:order            sorted set: the same by number, in the order in which they were added
//	{revoked}:head             hash: the last number, how many there are, and a name that changes when Redis lost its data
//	{revoked}:news             channel: what was just added
//	limit:{<hash>}:<ms>:<name> what a caller has used under a policy in a window of so many milliseconds; gone after two
//
// A replica that was away for a moment asks for what has a higher number than the last one that it read: one short question
// every ten seconds, although there may be 100,000 entries. Lapsed entries go at every question and every addition, and when
// the last of them lapses Redis drops all three keys by itself. The three are in one slot of a Cluster, and so is the
// channel, so that whoever loses the node that has the data notices. Sessions and users are there by a hash, not by their
// ids: it costs a request half a microsecond and keeps ids, which only their owners are shown, out of Redis and its
// backups. So are those whom a limit counts. Times are those of the replicas' clocks, except that limits go by Redis's own.
package redisstore
