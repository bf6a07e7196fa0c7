package redisstore

import "github.com/ginclerk/ginclerk/ginclerk/ratelimit"

// SetNow lets the limits decide at times that a test chooses, in Unix milliseconds.
func (l *Limits) SetNow(now func() int64) { l.now = now }

// Keys are the keys of the charges' counters in Redis.
func (l *Limits) Keys(charges []ratelimit.Charge) []string { return l.together(charges).keys }

// HashTag is the part of a key that chooses its slot in Redis.
func HashTag(key string) string { return hashTag(key) }

// ReadAnswer reads a script's answer about so many charges.
func ReadAnswer(answer string, charges int) error {
	_, err := readSeen(answer, make([]ratelimit.Counts, charges))
	return err
}
