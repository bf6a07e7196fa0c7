package clerktest_test

import (
	"context"
	"log"
	"slices"
	"testing"
)

// exampleT is the t of an example. A test has its own.
type exampleT struct {
	testing.TB

	cleanups []func()
}

func newT() *exampleT { return &exampleT{} }

func (t *exampleT) Helper() {}

func (t *exampleT) Context() context.Context { return context.Background() }

func (t *exampleT) Cleanup(fn func()) { t.cleanups = append(t.cleanups, fn) }

func (t *exampleT) Fatal(args ...any) { log.Fatal(args...) }

func (t *exampleT) Errorf(format string, args ...any) { log.Printf(format, args...) }

// end runs the cleanups, as the end of a test does.
func (t *exampleT) end() {
	for _, cleanup := range slices.Backward(t.cleanups) {
		cleanup()
	}
}
