package ratelimit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"math"
	"net/http"
	"strconv"
	"time"
)

// MinPartitionSecret is how long [HeaderOptions].PartitionSecret has to be, in bytes.
const MinPartitionSecret = 16

// HeaderOptions configures [SetHeaders]. The zero value sends the fields of the draft, without partition keys.
type HeaderOptions struct {
	// PartitionSecret, at least [MinPartitionSecret] bytes, adds the pk parameter: a keyed hash of policy and key, which tells a client
	// its own quotas apart, and does not reveal the key. Shorter, or nil: no pk.
	PartitionSecret []byte
	// XRateLimit adds X-RateLimit-Limit, -Remaining and -Reset (Unix seconds), as ulule/limiter's middleware sends them, for
	// the policy that is nearest to its limit.
	XRateLimit bool
}

// SetHeaders tells the client about the decision, replacing what the header had of these fields:
//
//   - RateLimit-Policy and RateLimit, as draft-ietf-httpapi-ratelimit-headers-11 (23 May 2026) has them: Lists of Strings with parameters
//     (RFC 9651). w is the window, rounded up to seconds; r what remains; t until when no more than r is to be used.
//   - Retry-After (RFC 9110 section 10.2.3) where the request is refused and waiting helps: seconds, rounded up.
//
// A decision without policies sets nothing. Don't call it for redirects: a client that sees little left might wait before it follows
// (section 6 of the draft).
//
// The fields are written here, on the way of every limited request, and not by github.com/dunglas/httpsfv: for one policy that takes
// 28 allocations and 1,168 bytes, this writer takes 4 and 64 (November 2026). The tests read them with httpsfv.
func SetHeaders(header http.Header, d Decision, options HeaderOptions) {
	if d.Len() == 0 {
		return
	}
	retryAfter, waitingHelps := d.RetryAfter().Seconds()
	policies, limits := make([]byte, 0, 128), make([]byte, 0, 128)
	for i := range d.Len() {
		r := d.At(i)
		if i > 0 {
			policies, limits = append(policies, ", "...), append(limits, ", "...)
		}
		effective := r.effectiveWindow()
		if !d.Allowed && waitingHelps {
			effective = min(effective, retryAfter) // section 6: Retry-After is not before the end of t
		}
		partition := options.partition(&r.Charge)
		policies = appendItem(policies, r.Charge.Policy.Name, 'q', r.Charge.Policy.Limit, 'w', ceilSeconds(r.Charge.Policy.Window), partition)
		limits = appendItem(limits, r.Charge.Policy.Name, 'r', r.Remaining, 't', effective, partition)
	}
	header.Set("Ratelimit-Policy", string(policies)) // in net/http's spelling, which saves an allocation each
	header.Set("Ratelimit", string(limits))
	if !d.Allowed && waitingHelps {
		header.Set("Retry-After", strconv.FormatInt(retryAfter, 10))
	}
	if options.XRateLimit {
		tightest := d.Tightest()
		setXRateLimit(header, &tightest)
	}
}

func setXRateLimit(header http.Header, r *Result) {
	header.Set("X-RateLimit-Limit", strconv.FormatInt(r.Charge.Policy.Limit, 10))
	header.Set("X-RateLimit-Remaining", strconv.FormatInt(r.Remaining, 10))
	header.Set("X-RateLimit-Reset", strconv.FormatInt(r.resetSecond(), 10))
}

// effectiveWindow is the t parameter, in seconds: the time until more than r can be used. It is longer where much remains: a client
// that takes r/t for the rate would otherwise go faster than the policy (sections 6 and 8.5 ask to cap that ratio).
func (r Result) effectiveWindow() int64 {
	policy := r.Charge.Policy
	window := ceilSeconds(policy.Window)
	until, ends := r.Reset().Seconds()
	if !ends || until == 0 {
		return window
	}
	share := float64(r.Remaining) / float64(policy.Limit)
	return max(until, int64(math.Ceil(share*float64(window))))
}

// partition is the pk parameter's bytes, or nil.
func (o *HeaderOptions) partition(t *Charge) []byte {
	if len(o.PartitionSecret) < MinPartitionSecret {
		return nil
	}
	mac := hmac.New(sha256.New, o.PartitionSecret)
	mac.Write([]byte("ginclerk ratelimit partition key\x00" + strconv.Itoa(len(t.Policy.Name)) + "\x00" + t.Policy.Name + t.Key))
	return mac.Sum(nil)[:16]
}

// appendItem writes one Item: a String, two Integer parameters, and pk if there is one.
func appendItem(to []byte, name string, first byte, value int64, second byte, other int64, partition []byte) []byte {
	to = appendString(to, name)
	to = strconv.AppendInt(append(to, ';', first, '='), value, 10)
	to = strconv.AppendInt(append(to, ';', second, '='), other, 10)
	if partition != nil {
		to = append(to, ";pk=:"...)
		to = append(base64.StdEncoding.AppendEncode(to, partition), ':')
	}
	return to
}

// appendString writes a String, RFC 9651 section 4.1.6. A character that a String can't hold becomes a question mark, so that the
// name of a policy that was never validated does not end the header field.
func appendString(to []byte, s string) []byte {
	to = append(to, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			to = append(to, '\\', c)
		case printable(c):
			to = append(to, c)
		default:
			to = append(to, '?')
		}
	}
	return append(to, '"')
}

func ceilSeconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }
