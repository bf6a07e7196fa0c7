package goroutinetest_test

import (
	"testing"

	"github.com/ginclerk/ginclerk/internal/goroutinetest"
)

func TestStatus(t *testing.T) { // no parallel: it counts all goroutines
	if got := goroutinetest.Status(0); got != 0 {
		t.Errorf("without a goroutine that is left the status is %d, want 0", got)
	}
	if got := goroutinetest.Status(2); got != 2 {
		t.Errorf("of failed tests the status is %d, want 2", got)
	}
	release, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		<-release
	}()
	if got := goroutinetest.Status(0); got != 1 {
		t.Errorf("with a goroutine that is left the status is %d, want 1", got)
	}
	close(release)
	<-ended
}
