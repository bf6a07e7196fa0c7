// Package wire is how revocations are written in Redis and in the messages between replicas. Whatever comes from Redis may
// have been written by anybody with access to it; what is not understood is passed over.
package wire
