package webhook

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxID is the longest accepted id of a message. Svix's ids have about 30 characters.
const maxID = 128

// stamp has the values from the headers of a message.
type stamp struct {
	id        string
	sent      time.Time
	time      string
	signature string
}

// Verify checks the signature and the time of sending of a message, and reads the event. It does not claim the event's id, revokes
// nothing and runs no handlers: an event that Clerk sends twice is verified twice. The caller bounds the body. Errors are
// [ErrSignature], [ErrTimestamp] and [ErrMalformed].
func (r *Receiver) Verify(header http.Header, body []byte) (Event, error) {
	message, err := readStamp(header)
	if err != nil {
		return Event{}, err
	}
	if !r.signed(message, body) {
		return Event{}, ErrSignature
	}
	if age := r.config.Now().Sub(message.sent); age > r.config.Tolerance || age < -r.config.Tolerance {
		return Event{}, ErrTimestamp
	}
	return readEvent(message, body)
}

// signed reports whether one of the signatures was made with one of the secrets. It passes only the header values in
// the stamp to svix, so that the receiver uses the values that svix has verified.
func (r *Receiver) signed(message stamp, body []byte) bool {
	header := http.Header{}
	header.Set("svix-id", message.id)
	header.Set("svix-timestamp", message.time)
	header.Set("svix-signature", message.signature)
	for _, verifier := range r.verifiers {
		if verifier.VerifyIgnoringTimestamp(body, header) == nil {
			return true
		}
	}
	return false
}

// readStamp reads Svix's headers, or those of Standard Webhooks if one of Svix's is missing.
func readStamp(header http.Header) (stamp, error) {
	for _, prefix := range []string{"svix-", "webhook-"} {
		message := stamp{
			id: header.Get(prefix + "id"), time: header.Get(prefix + "timestamp"), signature: header.Get(prefix + "signature"),
		}
		if message.id == "" || message.time == "" || message.signature == "" {
			continue
		}
		if !isWord(message.id, maxID) {
			return stamp{}, fmt.Errorf("%w: id", ErrSignature)
		}
		unix, err := strconv.ParseUint(message.time, 10, 40) // 40 bits: until the year 36812.
		if err != nil || strconv.FormatUint(unix, 10) != message.time {
			return stamp{}, fmt.Errorf("%w: timestamp", ErrSignature)
		}
		message.sent = time.Unix(int64(unix), 0)
		return message, nil
	}
	return stamp{}, fmt.Errorf("%w: headers are missing", ErrSignature)
}

// isWord reports whether a text has only letters, digits, hyphens and underscores.
func isWord(text string, longest int) bool {
	return text != "" && len(text) <= longest && !strings.ContainsFunc(text, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_'
	})
}
