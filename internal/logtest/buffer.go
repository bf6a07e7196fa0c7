// Package logtest keeps what the programs under test write, for tests.
package logtest

import (
	"bytes"
	"sync"
)

// Buffer keeps all that is written to it. The zero value is empty and ready to use. It is safe for concurrent use.
type Buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write adds bytes. It never fails.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// String returns what was written until now.
func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
