package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

const (
	maxNotes    = 20   // of a user; one more drops the oldest
	maxNote     = 4000 // characters
	notesLife   = 24 * time.Hour
	notesKey    = "demo:notes:"
	swapRetries = 8
)

var errNote = errors.New("a note has 1 to 4,000 characters")

// note is one note of a user.
type note struct {
	Text    string    `json:"text"`
	Written time.Time `json:"written"`
}

// notes keeps the notes of each user for a day.
type notes struct {
	store storage.Store
	now   func() time.Time
}

// of returns a user's notes, newest first.
func (n *notes) of(ctx context.Context, userID string) ([]note, error) {
	_, all, err := n.load(ctx, userID)
	return all, err
}

// add puts a note in front of the user's other notes.
func (n *notes) add(ctx context.Context, userID, text string) error {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")) // forms send \r\n
	if text == "" || utf8.RuneCountInString(text) > maxNote || !utf8.ValidString(text) {
		return errNote
	}
	added := note{Text: text, Written: n.now()}
	return n.change(ctx, userID, func(all []note) []note {
		return append([]note{added}, all[:min(len(all), maxNotes-1)]...)
	})
}

// forget drops all notes of a user.
func (n *notes) forget(ctx context.Context, userID string) error {
	return n.change(ctx, userID, func([]note) []note { return nil })
}

// change replaces a user's notes. Another replica may do the same at that moment.
func (n *notes) change(ctx context.Context, userID string, edit func([]note) []note) error {
	for range swapRetries {
		old, all, err := n.load(ctx, userID)
		if err != nil {
			return err
		}
		var replacement []byte // nil: no record
		if all = edit(all); len(all) > 0 {
			if replacement, err = json.Marshal(all); err != nil {
				return fmt.Errorf("notes: %w", err)
			}
		}
		if old == nil && replacement == nil {
			return nil
		}
		swapped, err := n.store.CompareAndSwap(ctx, notesKey+userID, old, replacement, notesLife)
		if swapped || err != nil {
			return err
		}
	}
	return fmt.Errorf("notes: %w: others write all the time", storage.ErrUnavailable)
}

func (n *notes) load(ctx context.Context, userID string) (record []byte, all []note, err error) {
	record, err = n.store.Load(ctx, notesKey+userID)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	if err := json.Unmarshal(record, &all); err != nil {
		return nil, nil, fmt.Errorf("notes: %w", err)
	}
	return record, all, nil
}
