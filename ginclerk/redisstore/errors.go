package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// maxErrorText is how many bytes of an error's text are kept. An answer that is no answer of Redis may be quoted whole.
const maxErrorText = 300

// shortened is an error whose text may be long.
type shortened struct{ err error }

func (s shortened) Error() string {
	text := s.err.Error()
	if len(text) > maxErrorText {
		text = strings.ToValidUTF8(text[:maxErrorText], "") + "…"
	}
	return text
}

func (s shortened) Unwrap() error { return s.err }

// problem translates an error of go-redis: the caller's context has ended, Redis is full, Redis refuses the command, or Redis
// can't be reached. The first word of an error of Redis is its kind.
func problem(operation string, err error) error {
	if err == nil {
		return nil
	}
	var answered redis.Error
	err = shortened{err}
	switch {
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("redisstore: %s: %w", operation, err)
	case !errors.As(err, &answered):
		return fmt.Errorf("redisstore: %s: %w: %w", operation, storage.ErrUnavailable, err)
	case strings.Contains(answered.Error(), "OOM command not allowed"): // Redis 6 has it behind the script's name
		return fmt.Errorf("redisstore: %s: %w: %w", operation, storage.ErrFull, err)
	case passing(answered):
		return fmt.Errorf("redisstore: %s: %w: %w", operation, storage.ErrUnavailable, err)
	default:
		return fmt.Errorf("redisstore: %s: %w", operation, err)
	}
}

// passing reports whether a server says that it can't serve now: it loads its data, has just become a replica, runs a script, has
// lost the other nodes of its cluster, or does not let this user in.
func passing(answered redis.Error) bool {
	word, _, _ := strings.Cut(answered.Error(), " ")
	switch word {
	case "BUSY", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "MISCONF", "NOAUTH", "NOPERM", "NOREPLICAS", "READONLY", "TRYAGAIN", "WRONGPASS":
		return true
	default:
		return strings.HasPrefix(answered.Error(), "ERR max number of clients reached")
	}
}
