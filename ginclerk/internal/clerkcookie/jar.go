package clerkcookie

import (
	"fmt"
	"log/slog"
	"net/url"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/unprinted"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Jar has Clerk's cookies of one request. It belongs to that request and is not safe for concurrent use. A cookie that the browser
// sent more than once counts with its first value, as in Clerk's SDKs, until [Jar.Choose] says otherwise. The jar of a request without
// such cookies is empty, and may be nil.
type Jar struct {
	sent     [Count]string // the value that counts, as the browser sent it
	present  Set
	repeated Set
	later    []pair // the values of repeated cookies but for the first, in the order in which they came
	tokens   []reading
	space    [2]reading // for tokens: most requests have the same one in two cookies
}

type pair struct {
	cookie Cookie
	sent   string
}

// reading is a token that was read, or why it can't be read.
type reading struct {
	raw  string
	read *token.Unverified
	err  error
}

// Parse parses the values of the header Cookie for an instance with this suffix. It returns nil when none of them is Clerk's.
func Parse(headers []string, suffix string) *Jar {
	var j *Jar
	for _, header := range headers {
		for entry := range strings.SplitSeq(header, ";") {
			name, value, found := strings.Cut(entry, "=")
			if !found {
				continue
			}
			if c, ours := find(strings.Trim(name, " \t"), suffix); ours {
				if j == nil {
					j = &Jar{}
				}
				j.add(c, strings.Trim(value, " \t"))
			}
		}
	}
	return j
}

func (j *Jar) add(c Cookie, sent string) {
	if j.present.Has(c) {
		j.repeated |= 1 << c
		j.later = append(j.later, pair{c, sent})
		return
	}
	j.present |= 1 << c
	j.sent[c] = sent
}

// String keeps the cookies out of text.
func (j Jar) String() string { return "clerkcookie.Jar{…}" }

// Format keeps the cookies out of text of every verb.
func (j Jar) Format(state fmt.State, _ rune) { unprinted.Write(state, j.String()) }

// LogValue keeps the cookies out of logs.
func (j Jar) LogValue() slog.Value { return slog.StringValue(j.String()) }

// MarshalText keeps the cookies out of JSON.
func (j Jar) MarshalText() ([]byte, error) { return []byte(j.String()), nil }

// Present returns the cookies that count.
func (j *Jar) Present() Set {
	if j == nil {
		return 0
	}
	return j.present
}

// Repeated returns the cookies that the browser sent more than once.
func (j *Jar) Repeated() Set {
	if j == nil {
		return 0
	}
	return j.repeated
}

// Sent returns all values of a cookie as the browser sent them, in their order; nil when the browser sent none.
func (j *Jar) Sent(c Cookie) []string {
	if !j.Present().Has(c) {
		return nil
	}
	values := []string{j.sent[c]}
	for _, p := range j.later {
		if p.cookie == c {
			values = append(values, p.sent)
		}
	}
	return values
}

// Choose makes a value, written as a browser sends it, the one that counts. The empty value takes the cookie out. The jar can't be nil.
func (j *Jar) Choose(c Cookie, sent string) {
	j.sent[c] = sent
	j.present |= 1 << c
	if sent == "" {
		j.present &^= 1 << c
	}
}

// Chosen returns the value that counts as the browser sent it; "" when the cookie is absent.
func (j *Jar) Chosen(c Cookie) string {
	if j == nil {
		return ""
	}
	return j.sent[c]
}

// Value returns the value that counts, decoded as Clerk's SDKs do: without quotes around it and with its percent-encoding undone. It
// is "" when the cookie is absent.
func (j *Jar) Value(c Cookie) string { return decode(j.Chosen(c)) }

// Token returns a token in a cookie's value, as the browser sent it: decoded, and read without being verified. A jar reads a token
// once, however many cookies have it. The verifier that the token is for may know it already. The empty value is no token: nothing is
// read and the error is nil.
func (j *Jar) Token(v *token.Verifier, sent string) (raw string, read *token.Unverified, err error) {
	raw = decode(sent)
	if raw == "" {
		return "", nil, nil
	}
	if j == nil {
		j = &Jar{}
	}
	for _, known := range j.tokens {
		if known.raw == raw {
			return raw, known.read, known.err
		}
	}
	read, err = v.Read(raw)
	if j.tokens == nil {
		j.tokens = j.space[:0]
	}
	j.tokens = append(j.tokens, reading{raw, read, err})
	return raw, read, err
}

func decode(sent string) string {
	if len(sent) >= 2 && sent[0] == '"' && sent[len(sent)-1] == '"' {
		sent = sent[1 : len(sent)-1]
	}
	if !strings.Contains(sent, "%") {
		return sent
	}
	if decoded, err := url.PathUnescape(sent); err == nil {
		return decoded
	}
	return sent
}
