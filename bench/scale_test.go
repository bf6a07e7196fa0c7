package bench_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

const (
	// signatures is how many tokens are signed for the rows of BenchmarkScale: each takes about a millisecond. They are of as many
	// sessions of as many users.
	signatures = 10_000
	// mostTokens is how many different tokens these rows have. Base64 may be padded, so that the same signature is written in several
	// ways, all of which are accepted. The memory of tokens goes by their bytes: for it, a hundred spellings of ten thousand tokens are
	// a million tokens. A spelling is up to a tenth longer than its token.
	mostTokens = 1_000_000
	spellings  = mostTokens / signatures
	// filling is how many requests stand before the timer where more tokens are live than the memory keeps, so that it is full.
	filling = 100_000
	// streams is how many streams BenchmarkScaleStreams opens, each of a session of its own.
	streams = signatures
)

// crowd has the values of Authorization of many signed-in users.
type crowd struct {
	once   sync.Once
	values []string // with the longest padding
	ends   []int    // where each ends without padding
}

var signedIn crowd

// of returns the crowd, and mints its tokens the first time.
func (c *crowd) of(tb testing.TB, w *world) *crowd {
	tb.Helper()
	c.once.Do(func() {
		values, ends := make([]string, signatures), make([]int, signatures)
		inParallel(signatures, func(i int) {
			user, err := w.server.AddUser(clerktest.User{
				FirstName: "Zoe", LastName: "Silva", Email: fmt.Sprintf("zoe-%d@example.com", i), CodeOnly: true,
			})
			if err != nil {
				tb.Error(err)
				return
			}
			session, err := w.server.CreateSession(user.ID, clerktest.SessionOptions{})
			if err != nil {
				tb.Error(err)
				return
			}
			token, err := w.server.MintToken(session.ID, clerktest.TokenOptions{AuthorizedParty: origin})
			if err != nil {
				tb.Error(err)
				return
			}
			ends[i] = len("Bearer ") + len(token)
			values[i] = "Bearer " + token + strings.Repeat("=", spellings)
		})
		if !tb.Failed() {
			c.values, c.ends = values, ends
		}
	})
	if c.values == nil {
		tb.Fatal("no tokens were minted")
	}
	return c
}

// token returns the value of Authorization with the token of this number. Those from mostTokens on, as many as
// signatures, are in no row. It makes no copy.
func (c *crowd) token(n int) string {
	i := n % signatures
	return c.values[i][:c.ends[i]+n/signatures]
}

// inParallel calls a function with 0 to n-1, on all cores.
func inParallel(n int, work func(i int)) {
	var next atomic.Int64
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				work(int(i))
			}
		})
	}
	all.Wait()
}

// BenchmarkScaleTokens has so many tokens live, each of which is as likely to come next. It reports how many of the requests brought
// a token that the memory of tokens had (hit-%, told by what requests allocate), and what the memory takes for each that it keeps.
func BenchmarkScaleTokens(b *testing.B) {
	w := production.started(b)
	all := signedIn.of(b, w)
	for _, live := range []int{10, 10_000, mostTokens} {
		b.Run(fmt.Sprintf("live/%d", live), func(b *testing.B) { manyTokens(b, w, all, live) })
	}
}

func manyTokens(b *testing.B, w *world, all *crowd, live int) {
	b.Helper()
	clerk := w.clerk(b)
	defer closeClerk(b, clerk)
	handler := engine(b, protected(clerk))
	if got := newSink().ask(handler, program("")); got != http.StatusUnauthorized { // the first request makes what the Clerk keeps for all, which must not count as memory of tokens
		b.Fatalf("status %d", got)
	}
	before := memory()
	inParallel(min(live, filling), func(i int) {
		n := i
		if live > filling {
			n = rand.IntN(live)
		}
		request := program("")
		request.Header["Authorization"] = []string{strings.Clone(all.token(n))}
		if got := newSink().ask(handler, request); got != http.StatusNoContent {
			b.Errorf("status %d", got)
		}
	})
	grown := float64(memory() - before)
	seen, first := allocationsOf(b, handler, all)

	chance := rand.New(rand.NewPCG(1, uint64(live)))
	request, out := program(""), newSink()
	value := []string{""}
	request.Header["Authorization"] = value
	b.ReportAllocs()
	mallocs, asked := allocated(), 0
	for b.Loop() {
		value[0] = all.token(chance.IntN(live))
		if got := out.ask(handler, request); got != http.StatusNoContent {
			b.Fatalf("status %d", got)
		}
		asked++
	}
	each := float64(allocated()-mallocs) / float64(asked)
	b.ReportMetric(grown, "B-grown")
	if first-seen < 1 {
		return // nothing is remembered
	}
	hits := min(1, max(0, (first-each)/(first-seen)))
	b.ReportMetric(100*hits, "hit-%")
	if kept := hits * float64(live); kept >= 1000 { // of fewer, other things would be counted
		b.ReportMetric(grown/kept, "B/token")
	}
}

// allocationsOf returns how often a request allocates whose token was seen before, and one whose token was not. Its tokens are in no
// row's, and few beside those that the memory keeps.
func allocationsOf(b *testing.B, handler http.Handler, all *crowd) (seen, first float64) {
	b.Helper()
	const some = 200
	out, request := newSink(), program("")
	value := []string{""}
	request.Header["Authorization"] = value
	ask := func(n int) {
		value[0] = all.token(mostTokens + n)
		if got := out.ask(handler, request); got != http.StatusNoContent {
			b.Fatalf("status %d: %v", got, out.header)
		}
	}
	ask(0)
	start := allocated()
	for i := range some {
		ask(1 + i)
	}
	middle := allocated()
	for range some {
		ask(some)
	}
	return float64(allocated()-middle) / some, float64(middle-start) / some
}

// allocated is how often this process has allocated.
func allocated() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.Mallocs
}

// BenchmarkScaleStreams has so many streams open (server-sent events, WebSockets), each of which watches its session, and measures
// a bearer token that was seen before beside them. It reports what a stream takes in memory and in goroutines. The rows with
// "watched" have ginclerk.WatchSession, those with "plain" have streams that only wait for the browser to leave.
func BenchmarkScaleStreams(b *testing.B) {
	w := production.started(b)
	all := signedIn.of(b, w)
	for _, row := range []struct {
		name    string
		watches bool
	}{{"plain", false}, {"watched", true}} {
		b.Run(fmt.Sprintf("%s/%d", row.name, streams), func(b *testing.B) { manyStreams(b, w, all, row.watches) })
	}
}

func manyStreams(b *testing.B, w *world, all *crowd, watches bool) {
	b.Helper()
	clerk := w.clerk(b)
	defer closeClerk(b, clerk)
	handler := engine(b, protected(clerk))
	var open, ended sync.WaitGroup
	handler.GET("/stream", func(c *gin.Context) {
		ctx := c.Request.Context()
		if watches {
			watched, stop := ginclerk.WatchSession(c)
			defer stop()
			ctx = watched
		}
		open.Done()
		<-ctx.Done()
	})
	request := program(w.bearer(b))
	if got := newSink().ask(handler, request); got != http.StatusNoContent {
		b.Fatalf("status %d", got)
	}
	ctx, leave := context.WithCancel(b.Context())
	// The requests are made before memory is looked at: over a socket, net/http has them with or without ginclerk.
	requests := make([]*http.Request, streams)
	for i := range requests {
		requests[i] = program("").WithContext(ctx)
		requests[i].URL.Path = "/stream"
		requests[i].Header["Authorization"] = []string{all.token(i)}
	}
	memoryBefore, goroutinesBefore := memory(), runtime.NumGoroutine()
	open.Add(streams)
	for _, r := range requests {
		ended.Go(func() {
			if got := newSink().ask(handler, r); got != http.StatusOK {
				b.Errorf("a stream was answered with %d", got)
				open.Done()
			}
		})
	}
	open.Wait()
	memoryEach := float64(memory()-memoryBefore) / streams
	goroutinesEach := float64(runtime.NumGoroutine()-goroutinesBefore) / streams
	measure(b, handler, request, http.StatusNoContent)
	leave()
	ended.Wait()
	b.ReportMetric(memoryEach, "B/stream")
	b.ReportMetric(goroutinesEach, "goroutines/stream")
}
