package reliability

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

var errHandler = errors.New("the handler fails")

func unix(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

// recorder hears what is logged and what is counted.
type recorder struct {
	mu     sync.Mutex
	lines  []string
	counts []string
}

// Observe implements [observe.Observer].
func (r *recorder) Observe(_ context.Context, e observe.Event) {
	words := []string{e.Kind.String()}
	switch e.Kind {
	case observe.ClerkCalled, observe.Limited, observe.OutageBegan, observe.OutageEnded:
		words = append(words, e.Target)
	default:
	}
	if e.Reason != "" {
		words = append(words, e.Reason)
	}
	if e.Status != 0 && e.Kind != observe.ClerkCalled {
		words = append(words, strconv.Itoa(e.Status))
	}
	if e.Err != nil {
		words = append(words, "(failed)")
	}
	r.add(&r.counts, strings.Join(strings.Fields(strings.Join(words, " ")), " "))
}

// Enabled implements [slog.Handler].
func (r *recorder) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }

// Handle implements [slog.Handler].
func (r *recorder) Handle(_ context.Context, record slog.Record) error {
	r.add(&r.lines, record.Level.String()+" "+record.Message)
	return nil
}

// WithAttrs implements [slog.Handler].
func (r *recorder) WithAttrs([]slog.Attr) slog.Handler { return r }

// WithGroup implements [slog.Handler].
func (r *recorder) WithGroup(string) slog.Handler { return r }

func (r *recorder) add(to *[]string, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*to = append(*to, text)
}

// take returns what was heard since the last call: each line and each count once, in the order of the alphabet.
func (r *recorder) take() (lines, counts []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	lines, counts = once(r.lines), once(r.counts)
	r.lines, r.counts = nil, nil
	return lines, counts
}

func once(words []string) []string {
	slices.SortFunc(words, cmp.Compare)
	return slices.Compact(words)
}
