// Package parts makes the parts of an instance that not every program needs: each once, when it is first asked for. The package that asks
// for a part says how it is made, so that a program links the parts that it uses and no others.
package parts

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"sync"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// Parts are the parts of one instance, and what they are made from. All exported fields are required. It is safe for concurrent use, and not
// to be copied.
type Parts struct {
	Records storage.Store // in which parts keep their records
	Shared  bool          // the application has named the store, so another process may have left records in it
	Keys    sealed.Config // with which parts seal
	Logger  *slog.Logger
	// Observer is told what parts do that work by themselves.
	Observer observe.Observer
	Now      func() time.Time

	mu     sync.Mutex
	made   map[reflect.Type]any
	closed bool
}

// Of returns the part of a type. The first call makes it; a call that makes none leaves that to the next.
func Of[T any](p *Parts, make func() (T, error)) (T, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if part, found := p.made[reflect.TypeFor[T]()].(T); found {
		return part, nil
	}
	part, err := make()
	if err != nil {
		return part, err
	}
	p.keep(reflect.TypeFor[T](), part)
	return part, nil
}

// keep has a part found by the next call. A part that comes after [Parts.Close] is closed at once.
func (p *Parts) keep(kind reflect.Type, part any) {
	if p.made == nil {
		p.made = map[reflect.Type]any{}
	}
	p.made[kind] = part
	if closing, ok := part.(closer); ok && p.closed {
		_ = closing.Close(context.Background()) // it has nothing under way
	}
}

// closer is a part that works by itself.
type closer interface {
	Close(ctx context.Context) error
}

// Close closes the parts that work by themselves, and waits for them, or for the context.
func (p *Parts) Close(ctx context.Context) error {
	p.mu.Lock()
	p.closed = true
	var closing []closer
	for _, part := range p.made {
		if one, ok := part.(closer); ok {
			closing = append(closing, one)
		}
	}
	p.mu.Unlock()
	var problems []error
	for _, part := range closing {
		problems = append(problems, part.Close(ctx))
	}
	return errors.Join(problems...)
}
