// Package storage keeps small records for a while: parked forms, jobs that end many sessions, ids of webhooks that were
// handled. [Store] is the one interface for all of them; [Memory] serves one process, and package redisstore has one that
// replicas share. Package storagetest holds the tests that every Store has to pass.
//
// There is one way to write, compare and swap, because all that these records are for is a question of who was first: which
// of two replicas takes up a job, which of two clicks sends the parked form, which of two deliveries handles the webhook.
package storage
