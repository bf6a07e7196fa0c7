package doctor_test

import (
	"bytes"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/doctor"
	"github.com/ginclerk/ginclerk/internal/redistest"
)

// onRedis starts a server and makes it that of the subject. A rule changes what its user may do.
func (s *scene) onRedis(rule string, options ...string) *redistest.Server {
	s.t.Helper()
	server := redistest.Start(s.t, options...)
	s.subject.RedisURL = "redis://" + server.Addr() + "/0"
	if rule != "" {
		arguments := []any{"ACL", "SETUSER", "default"}
		for word := range strings.FieldsSeq(rule) {
			arguments = append(arguments, word)
		}
		if err := server.Client(s.t).Do(s.t.Context(), arguments...).Err(); err != nil {
			s.t.Fatal(err)
		}
	}
	return server
}

func redisRows() []row {
	return []row{
		{"the address is of another program", "redis-address-invalid", func(s *scene) { s.subject.RedisURL = "https://me:geheim@localhost:6379" }},
		{"no Redis is at the port", "redis-unreachable", func(s *scene) { s.subject.RedisURL = "redis://me:geheim@" + closedPort(s.t) }},
		{"Redis has crashed", "redis-unreachable", func(s *scene) { s.onRedis("").Kill(s.t) }},
		{"Redis does not speak TLS", "redis-unreachable", func(s *scene) { s.subject.RedisURL = "rediss://" + s.onRedis("").Addr() }},
		{"the password is wrong", "redis-refuses", func(s *scene) {
			s.subject.RedisURL = "redis://default:geheim@" + s.onRedis("", "--requirepass", "another").Addr()
		}},
		{"the password is missing", "redis-refuses", func(s *scene) { s.onRedis("", "--requirepass", "another") }},
		{"Redis is of version 5", "redis-too-old", func(s *scene) { s.subject.RedisURL = "redis://" + ofVersion5(s.t, s.onRedis("").Addr()) }},
		{"each answer takes 60 ms", "redis-slow", func(s *scene) {
			s.onRedis("")
			at := time.Now()
			s.subject.Config.Now = func() time.Time {
				at = at.Add(60 * time.Millisecond)
				return at
			}
		}},
		{"Redis drops keys when it is full", "redis-evicts", func(s *scene) { s.onRedis("", "--maxmemory", "50mb", "--maxmemory-policy", "allkeys-lru") }},
		{"Redis drops keys that expire when it is full", "redis-evicts", func(s *scene) { s.onRedis("", "--maxmemory", "50mb", "--maxmemory-policy", "volatile-ttl") }},
		{"the user may run no scripts", "redis-limits-fail", func(s *scene) {
			s.also("redis-records-fail")
			s.onRedis("-@scripting")
		}},
		{"the user may use other keys alone", "redis-records-fail", func(s *scene) { s.onRedis("resetkeys ~ginclerk:doctor:limit:*") }},
		{"Redis is full", "redis-records-fail", func(s *scene) {
			s.also("redis-limits-fail")
			s.onRedis("", "--maxmemory", "1", "--maxmemory-policy", "noeviction")
		}},
	}
}

// ofVersion5 is the address of a proxy to a Redis server that says it is of version 5.
func ofVersion5(t *testing.T, addr string) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go pass(client, addr)
		}
	}()
	return listener.Addr().String()
}

// pass connects a client with a server until one of them closes.
func pass(client net.Conn, addr string) {
	defer func() { _ = client.Close() }()
	server, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	go func() { _, _ = io.Copy(server, client) }()
	buffer := make([]byte, 1<<16)
	for {
		n, err := server.Read(buffer)
		if err != nil {
			return
		}
		// The length of the answer stays as it is.
		said := buffer[:n]
		if at := bytes.Index(said, []byte("redis_version:")); at >= 0 && at+len("redis_version:") < n {
			said[at+len("redis_version:")] = '5'
		}
		if _, err := client.Write(said); err != nil {
			return
		}
	}
}

func TestRedisServersThatAreFine(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		start func(s *scene)
	}{
		{"as it comes", func(s *scene) { s.onRedis("") }},
		{"with a limit and without eviction", func(s *scene) { s.onRedis("", "--maxmemory", "50mb", "--maxmemory-policy", "noeviction") }},
		{"with eviction, and memory without a limit", func(s *scene) { s.onRedis("", "--maxmemory-policy", "allkeys-lru") }},
		{"with a password", func(s *scene) {
			s.subject.RedisURL = "redis://:geheim@" + s.onRedis("", "--requirepass", "geheim").Addr()
		}},
		{"a cluster", func(s *scene) { s.subject.RedisURL = "redis://" + redistest.Cluster(s.t).Servers[0].Addr() }},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			row.start(s)
			report := doctor.Examine(t.Context(), s.subject)
			wantNoSecrets(t, s.subject, report)
			if _, ok := find(report, "redis-fine"); !ok {
				t.Errorf("the report has %+v", report.Findings)
			}
		})
	}
}

// TestTheFirstAnswerOfRedisMayBeSlow: it has the time that the connection takes.
func TestTheFirstAnswerOfRedisMayBeSlow(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	calls, at := 0, time.Now()
	slow := 0 // the call before which time passes; 0: none
	s.subject.Config.Now = func() time.Time {
		if calls++; calls == slow {
			at = at.Add(time.Second)
		}
		return at
	}
	doctor.Examine(t.Context(), s.subject)
	slow, calls = calls+2, 0 // the second call of the examination of Redis
	s.onRedis("")
	if report := doctor.Examine(t.Context(), s.subject); report.Worst() != doctor.Fine {
		t.Errorf("the report has %+v", report.Findings)
	}
}
