// Package reliability has one test, the fault matrix: each service that an application depends on fails in each way, in front of each
// kind of request. The test holds the rules of package ginclerk for outages, and writes RELIABILITY.md, which says for each of these
// cells what a visitor sees, how long it takes, what is logged and what is counted:
//
//	go test ./internal/reliability -run TestFaultMatrix -update
//
// Time is virtual (testing/synctest): a service that hangs costs no time, and the times of the document are exact. Requests to Clerk go
// through a transport that spoils them, and commands to Redis through a connection in memory that does. Fail-over by Sentinel and the
// nodes of a Cluster are real processes, so they have a test of their own in real time.
package reliability
