// Package redistest starts real Redis servers for tests: on free loopback ports, with folders that go with the test, and
// with nothing saved, so that a server that was killed comes back empty. [Start] starts one, [Cluster] three that share the
// keys, [Sentinel] two of which the second takes over from the first. Servers can be killed, restarted on the same port, and frozen.
//
// Without redis-server on the PATH a test is skipped with a line that says so, and fails where CI=true. It is for tests alone.
package redistest
