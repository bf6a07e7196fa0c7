package main

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// measuredVariable makes the program of these tests be the demo, which then says on SIGUSR1 what it has in use.
const measuredVariable = "GINCLERK_MEASURED_DEMO"

// measuredDemo is the demo, as main is, with an ear for SIGUSR1.
func measuredDemo() {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGUSR1)
	go func() {
		for range asked {
			runtime.GC()
			var memory runtime.MemStats
			runtime.ReadMemStats(&memory)
			fmt.Fprintf(os.Stderr, "in use: goroutines=%d heap=%d\n", runtime.NumGoroutine(), memory.HeapAlloc)
		}
	}()
	main()
}

// usage is what a process has in use.
type usage struct{ goroutines, heap, descriptors int }

func (u usage) String() string {
	return fmt.Sprintf("%d goroutines, %d MB of heap, %d file descriptors", u.goroutines, u.heap>>20, u.descriptors)
}

// measure asks a replica what it has in use. Connections and requests that are about to end get a moment for it: of several answers the least counts.
func (r replica) measure(t *testing.T) usage {
	t.Helper()
	var least usage
	for n := range 20 {
		answers := strings.Count(r.stderr.String(), "in use: ") + 1
		if err := r.cmd.Process.Signal(syscall.SIGUSR1); err != nil {
			t.Fatal(err)
		}
		said := r.await(t, &r.stderr, regexp.MustCompile(`(?s)(?:in use: [^\n]*\n.*){`+strconv.Itoa(answers)+`}`))[0]
		last := regexp.MustCompile(`in use: goroutines=(\d+) heap=(\d+)`).FindAllStringSubmatch(said, -1)
		now := usage{number(t, last[len(last)-1][1]), number(t, last[len(last)-1][2]), descriptors(t, r.cmd.Process.Pid)}
		if n == 0 || now.goroutines+now.descriptors < least.goroutines+least.descriptors {
			least = now
		}
		time.Sleep(200 * time.Millisecond) //nolint:forbidigo // the process runs in real time
	}
	return least
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// descriptors is the number of a process' open files and connections; 0 where the system does not say.
func descriptors(t *testing.T, pid int) int {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	files, err := os.ReadDir(filepath.Join("/proc", strconv.Itoa(pid), "fd"))
	if err != nil {
		t.Fatal(err)
	}
	return len(files)
}

// wantFlat fails where a process has more in use after the load than before, beyond what caches may hold.
func (u usage) wantFlat(t *testing.T, after usage) {
	t.Helper()
	if after.goroutines > u.goroutines+25 {
		t.Errorf("%d goroutines after the load, %d before", after.goroutines, u.goroutines)
	}
	if after.descriptors > u.descriptors+25 {
		t.Errorf("%d file descriptors after the load, %d before", after.descriptors, u.descriptors)
	}
	if after.heap > 2*u.heap+(32<<20) {
		t.Errorf("%d MB of heap after the load, %d before", after.heap>>20, u.heap>>20)
	}
}

// outcome is how something went that a person did.
type outcome struct {
	kind  string
	took  time.Duration
	begin time.Time
	// problem is what went wrong; empty: nothing.
	problem string
	// fault says that the problem is one that a fault may cause: an answer that says "we can't tell", or none.
	fault bool
	// skipped says that the person could not do it at that time, and nothing happened.
	skipped bool
}

// measurements collects outcomes. The zero value is ready; it is safe for concurrent use.
type measurements struct {
	mu     sync.Mutex
	took   map[string][]time.Duration
	faults map[string]int
	wrong  []string
}

func (m *measurements) add(got outcome, duringFault bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.took == nil {
		m.took, m.faults = map[string][]time.Duration{}, map[string]int{}
	}
	switch {
	case got.skipped:
	case got.problem == "":
		m.took[got.kind] = append(m.took[got.kind], got.took)
	case got.fault && duringFault:
		m.faults[got.kind]++
	default:
		m.wrong = append(m.wrong, fmt.Sprintf("%s, begun at %s: %s", got.kind, got.begin.Format("15:04:05.000"), got.problem))
	}
}

func (m *measurements) violations() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.wrong[:min(len(m.wrong), 20)]
}

// lines say for each kind how many there were, how long they took, and how many a fault hit.
func (m *measurements) lines() (lines []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, kind := range slices.Sorted(maps.Keys(m.took)) {
		took := m.took[kind]
		slices.SortFunc(took, cmp.Compare[time.Duration])
		at := func(share float64) time.Duration {
			return took[min(len(took)-1, int(share*float64(len(took))))].Round(100 * time.Microsecond)
		}
		lines = append(lines, fmt.Sprintf("%-22s %6d done, p50 %v, p99 %v, p99.9 %v, %d hit by a fault", kind, len(took), at(.5), at(.99), at(.999), m.faults[kind]))
	}
	return lines
}
