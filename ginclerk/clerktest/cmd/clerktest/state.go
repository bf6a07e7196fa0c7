package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// saveInterval is how long a change may wait until it is in the file.
const saveInterval = time.Second

// readState returns what is in the file, or nil before the first start.
func readState(file string) ([]byte, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file) //nolint:gosec // the developer names the file
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("flag -state: %w", err)
	}
	return text, nil
}

// keepState writes the state into the file whenever it has changed, until ctx ends. Without a file it waits for that.
func keepState(ctx context.Context, file string, state func() ([]byte, error)) error {
	if file == "" {
		<-ctx.Done()
		return nil
	}
	tick := time.NewTicker(saveInterval)
	defer tick.Stop()
	for written := []byte(nil); ; {
		text, err := state()
		if err == nil && !bytes.Equal(text, written) {
			written, err = text, save(file, text)
		}
		if err != nil {
			return fmt.Errorf("flag -state: %w", err)
		}
		if ctx.Err() != nil {
			return nil // it was written once more
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// save replaces the file as a whole. It has keys in it.
func save(file string, text []byte) error {
	if err := os.WriteFile(file+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}
