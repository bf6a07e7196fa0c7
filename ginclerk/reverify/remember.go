package reverify

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// How long a browser remembers what it has proved: for as long as that must be enough.
const (
	longestMemory  = 10 * time.Minute
	shortestMemory = 30 * time.Second
	// memoryMargin: ages in tokens are whole minutes, and browsers have clocks of their own.
	memoryMargin = 30 * time.Second
)

// Remember returns the value of a cookie by which a browser remembers what it has proved just now, and for how long it should keep
// it. A browser that is sent back to prove the same again can't meet what is asked: see [Service.AlreadyReverified]. The value proves
// nothing: guards ask the token, and a browser that makes a value up is just not asked for a proof.
func (s *Service) Remember(sessionID string, asked token.Reverification) (value string, life time.Duration) {
	life = min(longestMemory, max(shortestMemory, time.Duration(asked.AfterMinutes)*time.Minute-memoryMargin))
	return fingerprint(sessionID, asked) + "-" + strconv.FormatInt(s.now().Add(life).Unix(), 10), life
}

// AlreadyReverified reports whether a cookie's value says that this session has proved the same just now ([Service.Remember]). To ask
// again would not help.
func (s *Service) AlreadyReverified(value, sessionID string, asked token.Reverification) bool {
	what, end, _ := strings.Cut(value, "-")
	until, err := strconv.ParseInt(end, 10, 64)
	return err == nil && what == fingerprint(sessionID, asked) && s.now().Unix() < until
}

// fingerprint names a session and what was asked of it, without giving the session away.
func fingerprint(sessionID string, asked token.Reverification) string {
	sum := sha256.Sum256([]byte(sessionID + "\n" + string(asked.Level) + "\n" + strconv.Itoa(asked.AfterMinutes)))
	return hex.EncodeToString(sum[:8])
}
