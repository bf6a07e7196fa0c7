// Package devicenames keeps the names that people give to their devices: to sessions, in the application's store of records.
package devicenames

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ginclerk/ginclerk/ginclerk/internal/bounded"
	"github.com/ginclerk/ginclerk/ginclerk/internal/storekey"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

const (
	// MaxRunes is the longest length of a name.
	MaxRunes = 60
	// MaxNames is how many names a user has at most.
	MaxNames = 200
	// lifetime is how long the names of a user are kept after the last one was given.
	lifetime = 400 * 24 * time.Hour
	// storeCall is how long one call to the store may take.
	storeCall = 2 * time.Second
)

var (
	// ErrName says that a text is no name: it is too long, or has characters that can't be shown.
	ErrName = errors.New("devicenames: no name")
	// ErrFull says that the user has [MaxNames] names.
	ErrFull = errors.New("devicenames: too many names")
)

// Names keeps the names of one Clerk instance. Make one with [New]. It is safe for concurrent use.
type Names struct {
	store    storage.Store
	instance string
}

// New returns the names of an instance that are in the store.
func New(store storage.Store, instance string) *Names {
	return &Names{store: bounded.NewStore(store, storeCall), instance: instance}
}

// record is what the store has for a user.
type record struct {
	Names map[string]string `json:"names"` // by session
}

// Of returns the user's names by session. It is empty for a user who gave none.
func (n *Names) Of(ctx context.Context, userID string) (map[string]string, error) {
	stored, err := n.store.Load(ctx, n.key(userID))
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil //nolint:nilnil // a nil map is an empty one
	}
	if err != nil {
		return nil, fmt.Errorf("read names of devices: %w", err)
	}
	return decode(stored)
}

// Set gives a name to a session of the user, or takes it away if the name is empty, and returns the name that it has now. It forgets the
// names of sessions that are not among the live ones. The error matches [ErrName], [ErrFull], or is that of the store.
func (n *Names) Set(ctx context.Context, userID, sessionID, name string, live []string) (string, error) {
	name, err := clean(name)
	if err != nil {
		return "", err
	}
	err = storage.Update(ctx, n.store, n.key(userID), func(old []byte) ([]byte, time.Duration, error) {
		names, err := decode(old)
		if err != nil {
			return nil, 0, err
		}
		next := map[string]string{}
		for id, kept := range names {
			if id != sessionID && slices.Contains(live, id) {
				next[id] = kept
			}
		}
		switch {
		case name != "" && len(next) >= MaxNames:
			return nil, 0, ErrFull
		case name != "":
			next[sessionID] = name
		case len(next) == 0:
			return nil, 0, nil
		}
		written, err := json.Marshal(record{Names: next})
		return written, lifetime, err
	})
	if err != nil {
		return "", fmt.Errorf("name a device: %w", err)
	}
	return name, nil
}

// Forget deletes all names of a user. The error is that of the store.
func (n *Names) Forget(ctx context.Context, userID string) error {
	err := storage.Update(ctx, n.store, n.key(userID), func([]byte) ([]byte, time.Duration, error) { return nil, 0, nil })
	if err != nil {
		return fmt.Errorf("forget names of devices: %w", err)
	}
	return nil
}

func decode(stored []byte) (map[string]string, error) {
	if stored == nil {
		return nil, nil //nolint:nilnil // a nil map is an empty one
	}
	var kept record
	if err := json.Unmarshal(stored, &kept); err != nil {
		return nil, fmt.Errorf("names of devices can't be read: %w", err)
	}
	return kept.Names, nil
}

// key is the key of a user's names. Ids have no fixed length, and keys do.
func (n *Names) key(userID string) string {
	return "devices:names:" + storekey.Short(n.instance+"\x00"+userID)
}

// clean returns a name without the space around it. The error matches [ErrName].
func clean(name string) (string, error) {
	name = strings.TrimSpace(name)
	switch {
	case !utf8.ValidString(name), strings.ContainsFunc(name, isUnshown):
		return "", fmt.Errorf("%w: it has characters that can't be shown", ErrName)
	case utf8.RuneCountInString(name) > MaxRunes:
		return "", fmt.Errorf("%w: it is longer than %d characters", ErrName, MaxRunes)
	default:
		return name, nil
	}
}

// isUnshown reports whether a character controls text rather than being text. The joiners belong to emoji, and to the spelling of some
// languages.
func isUnshown(r rune) bool {
	const joiner, nonJoiner = '\u200d', '\u200c'
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) && r != joiner && r != nonJoiner
}
