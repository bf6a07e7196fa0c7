package main

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/internal/redistest"
)

const (
	// soakVariable says how long the soak lasts: 1m. Without it the soak is short.
	soakVariable = "GINCLERK_SOAK"
	shortSoak    = 40 * time.Second
	// arrivalsASecond is fixed: a slow answer does not hold the next arrivals back.
	arrivalsASecond = 40
	soakPeople      = 160
	soakStreams     = 12
	// graceAfterFault is how long after a fault its own errors may last: circuit breakers, and connections that are made anew.
	graceAfterFault = 8 * time.Second
)

// TestSoak is a site under load: two replicas of the demo with one Redis behind a load balancer. Arrivals come at a fixed rate: pages, APIs,
// sign-ins, sign-outs, switches, revocations, streams, forms, jobs. Midway Clerk can't be reached, Redis freezes, one replica is killed and started anew, and
// later exchanged. Errors are allowed that say "we can't tell", while a fault lasts. What must never come: another person's page, a sign-out of a
// person who is signed in, an answer for a session that has ended. At the end what the replicas and Clerk have must be what the people did.
func TestSoak(t *testing.T) { // no parallel: it measures
	length := shortSoak
	if text := os.Getenv(soakVariable); text != "" {
		var err error
		if length, err = time.ParseDuration(text); err != nil {
			t.Fatalf("%s: %v", soakVariable, err)
		}
	}
	s := newSoak(t)
	s.warmUp(t)
	before := s.lasting.measure(t)
	s.run(t, length)
	s.settle(t)
	after := s.lasting.measure(t)
	s.report(t, before, after)
	s.checkCounts(t)
	before.wantFlat(t, after)
}

// soak is the site and the people who use it.
type soak struct {
	clerk     *clerktest.Server
	redis     *redistest.Server
	front     *balancer
	origin    string
	people    []*soakPerson
	lasting   replica // it runs from the first to the last second
	changing  replica // the test kills it, and later replaces it
	faults    faultTimes
	seen      measurements
	working   sync.WaitGroup
	stopped   atomic.Bool
	transport *http.Transport
}

func newSoak(t *testing.T) *soak {
	t.Helper()
	s := &soak{front: newBalancer(t), redis: redistest.Start(t), transport: &http.Transport{MaxIdleConnsPerHost: 256}}
	t.Cleanup(s.transport.CloseIdleConnections)
	s.origin = s.front.origin
	seed := &clerktest.Seed{}
	for i := range soakPeople {
		seed.Users = append(seed.Users, clerktest.User{Email: emailOf(i)}, clerktest.User{Email: secondOf(emailOf(i))})
	}
	s.clerk = clerktest.New(t, func(c *clerktest.Config) { c.Seed, c.Origins = seed, []string{s.origin} })
	s.lasting, s.changing = s.startReplica(t), s.startReplica(t)
	s.front.use(0, s.lasting.address)
	s.front.use(1, s.changing.address)
	for i := range soakPeople {
		user, err := s.clerk.UserByEmail(emailOf(i))
		if err != nil {
			t.Fatal(err)
		}
		s.people = append(s.people, &soakPerson{soak: s, email: user.Email, userID: user.ID, jar: cookies{}})
	}
	return s
}

// secondOf is the address of a person's second account.
func secondOf(email string) string { return strings.Replace(email, "person", "second", 1) }

func emailOf(i int) string { return fmt.Sprintf("person-%d@example.com", i) }

// startReplica starts a demo that says what it has in use when it is asked: see [replica.measure].
func (s *soak) startReplica(t *testing.T) replica {
	t.Helper()
	port := freePort(t)
	p := program(os.Args[0]).start(t, append(keysOf(s.clerk), "GIN_MODE=release", "CLERK_PROXY_URL=/__clerk", "REDIS_URL=redis://"+s.redis.Addr(), "ORIGINS="+s.origin, "PORT="+port, measuredVariable+"=1"))
	p.await(t, &p.stdout, regexp.MustCompile(`demo with Clerk`))
	p.await(t, &p.stderr, regexp.MustCompile(`revocations connected to Redis`))
	return replica{process: p, address: "http://localhost:" + port}
}

// freePort returns a port that was free a moment ago: the demo tells its origin, not its port.
func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", ":0") // the demo listens there, too
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close() //nolint:errcheck // nothing was accepted
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return port
}

// warmUp signs everybody in, and lets everybody open a page, so that caches and connections are there before the first measurement.
func (s *soak) warmUp(t *testing.T) {
	t.Helper()
	for _, who := range s.people {
		s.do(who.comesAnew)
	}
	s.working.Wait()
	s.wantNoViolation(t)
}

// run sends arrivals at the fixed rate until the time is over, while the faults come and go.
func (s *soak) run(t *testing.T, length time.Duration) {
	t.Helper()
	begin, arrivals := time.Now(), time.NewTicker(time.Second/arrivalsASecond)
	defer arrivals.Stop()
	for i := range soakStreams {
		s.working.Go(func() { s.listen(s.people[i]) })
	}
	var events sync.WaitGroup
	events.Go(func() { s.trouble(t, begin, length) })
	for chance := rand.New(rand.NewPCG(1, 2)); time.Since(begin) < length; { // the same load in each run
		<-arrivals.C
		s.arrive(chance)
	}
	events.Wait()
	s.stopped.Store(true)
	s.working.Wait()
}

// arrive lets one person do one thing, by chance.
func (s *soak) arrive(chance *rand.Rand) {
	who := s.people[soakStreams+chance.IntN(len(s.people)-soakStreams)]
	switch thing := chance.IntN(50); {
	case thing < 20:
		s.do(who.opensPage)
	case thing < 32:
		s.do(who.signedInTo("API", who.callsAPI))
	case thing < 38:
		s.do(who.signedInTo("form", who.sendsForm))
	case thing < 41:
		s.do(who.signedInTo("sign a device out", who.signsDeviceOut))
	case thing < 43:
		s.do(who.signedInTo("sign out", who.signsOut))
	case thing < 45:
		s.do(who.signedInTo("switch the account", who.switchesAccount))
	case thing < 46:
		s.do(who.signedInTo("sign others out", who.signsOthersOut))
	default:
		s.do(who.comesAnew)
	}
}

// do runs something of a person beside everything else, and notes how it went.
func (s *soak) do(thing func() outcome) {
	s.working.Go(func() {
		got := thing()
		s.seen.add(got, s.faults.duringOne(got.begin, time.Now()))
	})
}

// trouble is what happens to the site, at fractions of the time.
func (s *soak) trouble(t *testing.T, begin time.Time, length time.Duration) {
	t.Helper()
	short := max(3*time.Second, length/40)
	at := func(share float64) { time.Sleep(time.Until(begin.Add(time.Duration(share * float64(length))))) } //nolint:forbidigo // the load is in real time
	wait := func() { time.Sleep(short) }                                                                    //nolint:forbidigo // likewise

	at(0.15)
	end := s.faults.begin()
	s.clerk.SetUnavailable(true)
	wait()
	s.clerk.SetUnavailable(false)
	end()

	at(0.40)
	end = s.faults.begin()
	s.redis.Freeze(t)
	wait()
	s.redis.Thaw(t)
	end()

	at(0.60)
	end = s.faults.begin()
	if err := s.changing.cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	<-s.changing.exited
	wait()
	s.changing = s.startReplica(t)
	s.front.use(1, s.changing.address)
	end()

	at(0.85) // A replica is exchanged: the balancer sends it nothing more, and it ends. No error is allowed.
	s.front.use(1, "")
	s.changing.endsSoon(t)
	s.changing = s.startReplica(t)
	s.front.use(1, s.changing.address)
}

// faultTimes are the times when errors of a fault are allowed. It is safe for concurrent use.
type faultTimes struct {
	mu    sync.Mutex
	times [][2]time.Time // the end is zero while the fault lasts
}

func (f *faultTimes) begin() (end func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := len(f.times)
	f.times = append(f.times, [2]time.Time{time.Now()})
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.times[n][1] = time.Now().Add(graceAfterFault)
	}
}

// duringOne reports whether a fault was there at some time from one moment to another.
func (f *faultTimes) duringOne(from, to time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, fault := range f.times {
		if to.After(fault[0]) && (fault[1].IsZero() || from.Before(fault[1])) {
			return true
		}
	}
	return false
}

// settle waits until nothing is under way.
func (s *soak) settle(t *testing.T) {
	t.Helper()
	s.transport.CloseIdleConnections()
	s.front.transport.CloseIdleConnections()
	s.wantNoViolation(t)
}

func (s *soak) wantNoViolation(t *testing.T) {
	t.Helper()
	for _, violation := range s.seen.violations() {
		t.Error(violation)
	}
}

// checkCounts compares what people did with what Clerk and the replicas have.
func (s *soak) checkCounts(t *testing.T) {
	t.Helper()
	sessions, notes, ended := 0, 0, 0
	for _, who := range s.people {
		active := 0
		for _, session := range s.clerk.Sessions(who.userID) {
			if session.Status == "active" {
				active++
			}
		}
		want := len(who.devices)
		if who.signedIn {
			want++
		}
		if active != want && !who.unsure {
			t.Errorf("%s has %d active sessions at Clerk, want %d", who.email, active, want)
		}
		sessions += active
		for _, r := range []replica{s.lasting, s.changing} {
			for _, token := range who.ended {
				if status := s.statusAt(r, token); status != http.StatusUnauthorized {
					t.Errorf("the token of a session of %s that has ended gets %d at a replica", who.email, status)
				}
			}
			got := s.notesAt(t, r, who)
			if got < min(who.notes, maxNotes) || got > min(who.notes+who.unsureNotes, maxNotes) {
				t.Errorf("%s has %d notes at a replica, want %d, and %d more of which the browser knows nothing", who.email, got, min(who.notes, maxNotes), who.unsureNotes)
			}
			if r.address == s.lasting.address {
				notes += got
			}
		}
		ended += len(who.ended)
	}
	t.Logf("soak: at the end %d active sessions and %d notes, as people and Clerk have them; %d ended sessions are refused by both replicas", sessions, notes, ended)
}

// report prints what was measured, as lines of one form: scripts/soak.sh shows them.
func (s *soak) report(t *testing.T, before, after usage) {
	t.Helper()
	for _, line := range s.seen.lines() {
		t.Log("soak: " + line)
	}
	t.Logf("soak: the replica that ran all the time: before %s, after %s", before, after)
	if calls := s.clerk.UnknownCalls(); len(calls) > 0 {
		t.Errorf("calls that Clerk does not have: %v", calls)
	}
	if text := s.lasting.stderr.String(); strings.Contains(text, "panic") {
		t.Errorf("a replica panicked:\n%s", text)
	}
}
