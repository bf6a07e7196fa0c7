package reliability

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/internal/redistest"
)

// bubbleStart is when time begins in a bubble of testing/synctest.
func bubbleStart() time.Time { return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }

const (
	// recovery is how long after a fault everything has to be well again, by itself.
	recovery = 30 * time.Second
	// noticing is how long a fault goes on after the request, so that what goes on in the background is heard, too.
	noticing = 30 * time.Second
)

// row is a service that fails in one way, in front of all situations.
type row struct {
	service service
	fault   fault
}

// cell is what was seen of one fault in one situation.
type cell struct {
	row
	situation situation
	during    *reply
	took      time.Duration // of the longest of the requests that the browser sends
	lines     []string
	counts    []string
	endless   bool   // a request to Clerk had no end
	after     string // what is wrong after the fault
}

// services are all, each with its faults and what meets them, in the order of the document.
func services() []dependency {
	return []dependency{
		{keySet, faults(), situations()},
		{backendAPI, faults(), situations()},
		{frontendAPI, faults(), situations()},
		{redisServer, redisFaults(), append(situations(), limited()...)},
		{webhooks, webhookFaults(), deliveries()},
	}
}

type dependency struct {
	service    service
	faults     []fault
	situations []situation
}

// rows are all rows, each service without a fault first.
func (d dependency) rows() []row {
	all := []row{{d.service, works}}
	for _, f := range d.faults {
		all = append(all, row{d.service, f})
	}
	return all
}

func TestFaultMatrix(t *testing.T) {
	var mu sync.Mutex
	seen := map[row][]cell{}
	t.Run("rows", func(t *testing.T) {
		for _, d := range services() {
			for _, r := range d.rows() {
				t.Run(fmt.Sprintf("%s, %s", r.service, r.fault.name()), func(t *testing.T) {
					t.Parallel()
					cells := r.look(t, d.situations)
					mu.Lock()
					defer mu.Unlock()
					seen[r] = cells
				})
			}
		}
	})
	if t.Failed() || !whole(seen) {
		return
	}
	for _, d := range services() {
		for _, r := range d.rows() {
			for i, c := range seen[r] {
				for _, broken := range c.broken(seen[row{d.service, works}][i]) {
					t.Errorf("%s, %s: %s: %s\n  %s after %s", c.service, c.fault.name(), c.situation.name, broken, c.during, c.took)
				}
			}
		}
	}
	checkDocument(t, seen)
}

// whole reports whether all rows were run, and not only those that -run names.
func whole(seen map[row][]cell) bool {
	n := 0
	for _, d := range services() {
		n += len(d.rows())
	}
	return len(seen) == n
}

// look makes one service fail in front of the situations.
func (r row) look(t *testing.T, all []situation) []cell {
	t.Helper()
	server := clerktest.New(t, func(c *clerktest.Config) {
		c.Clock, c.Type = clerktest.NewFixedClock(bubbleStart()), instance.Production
	})
	var link *redisLink
	if r.service == redisServer {
		link = &redisLink{server: redistest.Start(t)}
	}
	var cells []cell
	synctest.Test(t, func(t *testing.T) {
		in := newWire(server)
		for i, s := range all {
			heard := &recorder{}
			stores, end := ginclerk.Stores{Records: storage.NewMemory(storage.MemoryConfig{})}, func() {}
			if link != nil {
				stores, end = link.stores(t, fmt.Sprintf("app%d:", i), heard)
			}
			w := newWorld(t, server, in, stores, s, heard)
			cells = append(cells, r.meet(w, link, s))
			w.close()
			end()
		}
	})
	return cells
}

// meet has one situation meet the fault.
func (r row) meet(w *world, link *redisLink, s situation) cell {
	scene := s.prepare(w)
	synctest.Wait()
	w.heard.take()
	spoil := func(f fault) {
		w.wire.spoil(r.service, f)
		if link != nil {
			link.spoil(f)
		}
	}
	spoil(r.fault)
	synctest.Wait() // connections that were closed are noticed
	c := cell{row: r, situation: s, during: scene.act()}
	c.took = c.during.longest
	letPass(noticing)
	c.lines, c.counts = w.heard.take()
	c.endless = w.wire.endless
	spoil(works)
	letPass(recovery)
	if scene.after != nil {
		c.after = scene.after(c.during)
	} else if again := scene.act(); again.Code != 200 || again.signedIn() != s.signsIn {
		c.after = "not as before the fault: " + again.String()
	} else if again.readOnly() {
		c.after = "the page is still read as in an outage"
	}
	return c
}
