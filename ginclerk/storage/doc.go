// Package storage keeps small records for a while: parked forms, jobs that end many sessions, ids of webhooks that were
// handled. [Store] is the one interface for all of them; [Memory] serves one process, and package redisstore has one that
// replicas share. Package storagetest holds the tests that every Store has to pass.
//
// Compare-and-swap is the only way to write, because all these records decide which caller was first: which of two replicas takes
// over a job, which of two clicks sends the parked form, which of two deliveries handles the webhook.
package storage
