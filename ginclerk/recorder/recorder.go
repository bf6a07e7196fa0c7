package recorder

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

// Defaults and limits of a [Config].
const (
	DefaultEntries = 200
	DefaultBytes   = 2 << 20
	MaxEntries     = 10_000
	MaxBytes       = 64 << 20
)

// Config configures a [Recorder]. The zero value has safe defaults.
type Config struct {
	// Entries is how many decisions are kept; 0 means DefaultEntries. At most MaxEntries.
	Entries int
	// Bytes is how many bytes they may take together, about; 0 means DefaultBytes. At most MaxBytes.
	Bytes int
	// Now tells the time; nil means the wall clock. Give it the clock of the Clerk where that has one of its own.
	Now func() time.Time
}

// Recorder keeps the last decisions. Make one with [New]; it is safe for concurrent use.
type Recorder struct {
	entries, limit int // how many entries, and how many bytes
	now            func() time.Time

	mu    sync.Mutex
	kept  []*record // the oldest first
	bytes int
	last  uint64 // number of the last record
}

// record is an entry that may still grow. The recorder's lock guards it.
type record struct {
	entry   Entry
	size    int
	kept    bool // it counts in the recorder's bytes
	ignored bool // it is never kept
}

// New returns a recorder, or every problem of the configuration at once.
func New(config Config) (*Recorder, error) {
	var problems []error
	if config.Entries < 0 || config.Entries > MaxEntries {
		problems = append(problems, errors.New("recorder: Entries must be from 0 to MaxEntries"))
	}
	if config.Bytes < 0 || config.Bytes > MaxBytes {
		problems = append(problems, errors.New("recorder: Bytes must be from 0 to MaxBytes"))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	r := &Recorder{entries: config.Entries, limit: config.Bytes, now: clock.Or(config.Now)}
	if r.entries == 0 {
		r.entries = DefaultEntries
	}
	if r.limit == 0 {
		r.limit = DefaultBytes
	}
	return r, nil
}

// recordKey is where the context of a request has its record in a recorder.
type recordKey struct{ of *Recorder }

// Observe implements [observe.Observer].
func (r *Recorder) Observe(ctx context.Context, e observe.Event) {
	watched, _ := ctx.Value(recordKey{r}).(*record)
	starts := e.Kind == observe.Decided || e.Kind == observe.Refused || e.Kind == observe.Limited
	if watched == nil && !starts || watched != nil && watched.ignored {
		return
	}
	step, facts := stepOf(e), factsOf(e)
	r.mu.Lock()
	defer r.mu.Unlock()
	if watched == nil {
		watched = &record{entry: Entry{Time: r.now()}}
	}
	watched.take(e, facts)
	watched.add(step)
	if starts && !watched.kept {
		r.keep(watched)
	}
	r.resize(watched)
}

// keep has a record found.
func (r *Recorder) keep(one *record) {
	r.last++
	one.entry.ID, one.kept = fmt.Sprint(r.last), true
	r.kept = append(r.kept, one)
}

// resize counts what a record takes by now, and drops the oldest where all take too much.
func (r *Recorder) resize(one *record) {
	if !one.kept {
		return
	}
	size := one.entry.size()
	r.bytes += size - one.size
	one.size = size
	for len(r.kept) > r.entries || r.bytes > r.limit {
		oldest := r.kept[0]
		r.kept[0] = nil
		r.kept = r.kept[1:]
		r.bytes -= oldest.size
		oldest.kept = false
	}
}

// Entries returns the decisions that are kept, the latest first. They are copies.
func (r *Recorder) Entries() []Entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]Entry, 0, len(r.kept))
	for _, one := range slices.Backward(r.kept) {
		all = append(all, one.entry.clone())
	}
	return all
}

// Entry returns a decision by its id, and whether it is kept.
func (r *Recorder) Entry(id string) (Entry, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, one := range r.kept {
		if one.entry.ID == id {
			return one.entry.clone(), true
		}
	}
	return Entry{}, false
}

// begin makes the record of a request.
func (r *Recorder) begin(arrived Arrival) *record {
	return &record{entry: Entry{Time: r.now(), Arrived: arrived}}
}

// finish says how a request has ended.
func (r *Recorder) finish(one *record, status int, kind string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	one.entry.Arrived.Expects = kind
	one.entry.Status, one.entry.Took = status, r.now().Sub(one.entry.Time)
	one.add(Step{Name: "answered", Detail: fmt.Sprint("status ", status)})
	r.resize(one)
}
