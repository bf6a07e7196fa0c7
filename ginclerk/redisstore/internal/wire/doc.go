// Package wire is the format of revocations in Redis and in the messages between replicas. Any program with access to Redis may have
// written what comes from there; entries that cannot be parsed are passed over.
package wire
