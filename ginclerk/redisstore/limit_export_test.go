package redisstore

import "github.com/ginclerk/ginclerk/ginclerk/ratelimit"

// SetNow lets the limits decide at times that a test chooses, in Unix milliseconds.
func (l *Limits) SetNow(now func() int64) { l.now = now }

// Keys are the keys of the takes' counters in Redis.
func (l *Limits) Keys(takes []ratelimit.Take) []string { return l.together(takes).keys }

// HashTag is what of a key in Redis chooses its slot.
func HashTag(key string) string { return hashTag(key) }

// ReadAnswer reads a script's answer about so many takes.
func ReadAnswer(answer string, takes int) error {
	_, err := readSeen(answer, takes)
	return err
}
