// Package redisstore keeps the state that several processes of an application share in Redis. [Store] keeps small records,
// [Revocations] tells every replica which sessions have ended, and [Limits] counts the requests of all replicas together.
//
// All take a client of go-redis, which the application makes, configures and closes: a single server, Sentinel or Cluster. Set
// ContextTimeoutEnabled on it. Without it, a Redis that accepts connections and does not answer holds each call for the client's
// time limits instead of the caller's; the callers in this project then leave the call behind, with its goroutine. Configure
// Redis with the eviction policy noeviction: any other policy may drop the record that a form was sent, a job was done or a
// session was revoked. go-redis writes a line to standard error when it can't connect, with a logger of the whole program;
// logging.Disable of go-redis silences it. This package logs only to the Logger in its Config.
//
// # What is in Redis
//
// All keys begin with the prefix, and so does the channel.
//
//	store:<key>                a record of Store, with its life
//	{revoked}:until            sorted set: the revocations that have not expired, by the time at which they expire
//	{revoked}:order            sorted set: the same by number, in the order in which they were added
//	{revoked}:head             hash: the last number, the count, and a name that changes when Redis has lost its data
//	{revoked}:news             channel: new revocations
//	limit:{<hash>}:<ms>:<name> use of a caller under a policy in a window of so many milliseconds; expires after two windows
//
// Every ten seconds, a replica asks for the entries with a higher number than the last one that it read. This question is short,
// also with 100,000 entries. Each question and each addition removes expired entries, and when the last entry expires, Redis
// drops all three keys. The keys and the channel are in one slot of a Cluster, so that a replica that loses the node with the
// data notices it. Redis has hashes of the ids of sessions and users: this costs a request half a microsecond, and keeps the ids,
// which only their owners may see, out of Redis and its backups. The same is true of the callers that a limit counts. Times are
// those of the replicas' clocks; only limits use Redis's clock.
package redisstore
