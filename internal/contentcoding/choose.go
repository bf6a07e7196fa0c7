// Package contentcoding chooses how a response is compressed, by the Accept-Encoding field of the request (RFC 9110, section 12.5.3).
package contentcoding

import (
	"strconv"
	"strings"
)

// Names of content codings, as Content-Encoding has them.
const (
	Identity = "" // not compressed; Content-Encoding is left out
	Brotli   = "br"
	Gzip     = "gzip"
)

// Words of Accept-Encoding.
const (
	identityWord = "identity"
	anyWord      = "*"
	oldGzipWord  = "x-gzip" // the same as gzip (RFC 9110, section 8.4.1.3)
)

// Choose returns the coding that the client prefers. Accept has the lines of its Accept-Encoding field. Offered are the codings that
// the server has, its favorite first; [Identity] always counts as offered, last. Choose returns Identity for a request without the
// field, because such a client may be able to read nothing else. It returns false if the client accepts none of them.
//
// Elements that do not follow the grammar are skipped. If the field names a coding twice, the smaller weight counts.
func Choose(accept []string, offered ...string) (coding string, ok bool) {
	if len(accept) == 0 {
		return Identity, true
	}
	listed := read(accept, offered)
	best, most := Identity, 0
	for _, candidate := range offered {
		if q, _ := listed.of(candidate); q > most {
			best, most = candidate, q
		}
	}
	plain, named := listed.of(identityWord)
	switch {
	case plain > most:
		return Identity, true
	case most > 0:
		return best, true
	default:
		return Identity, !named
	}
}

// weights are the weights of the codings that count. A client may list thousands of others, which take no memory.
type weights []weight

type weight struct {
	coding string
	q      int  // in thousandths
	named  bool // the field says q
}

// of returns the weight of a coding, and whether the field says one.
func (w weights) of(coding string) (int, bool) {
	for _, name := range []string{coding, anyWord} {
		if known := w.find(name); known != nil && known.named {
			return known.q, true
		}
	}
	return 0, false
}

// find returns the weight of a coding; nil for a coding that does not count. Names have no case.
func (w weights) find(coding string) *weight {
	for i := range w {
		if strings.EqualFold(w[i].coding, coding) {
			return &w[i]
		}
	}
	return nil
}

func read(accept, offered []string) weights {
	listed := make(weights, 0, len(offered)+2)
	for _, coding := range offered {
		listed = append(listed, weight{coding: coding})
	}
	listed = append(listed, weight{coding: identityWord}, weight{coding: anyWord})
	for _, line := range accept {
		for element := range strings.SplitSeq(line, ",") {
			coding, q, ok := readElement(element)
			if !ok {
				continue
			}
			if known := listed.find(coding); known != nil && (!known.named || q < known.q) {
				known.q, known.named = q, true
			}
		}
	}
	return listed
}

func readElement(element string) (coding string, q int, ok bool) {
	coding, parameter, weighted := strings.Cut(element, ";")
	coding = trim(coding)
	if coding == "" {
		return "", 0, false
	}
	if strings.EqualFold(coding, oldGzipWord) {
		coding = Gzip
	}
	if !weighted {
		return coding, maxWeight, true
	}
	name, value, _ := strings.Cut(trim(parameter), "=")
	if !strings.EqualFold(name, "q") {
		return "", 0, false
	}
	q, ok = readWeight(value)
	return coding, q, ok
}

const (
	maxWeight    = 1000
	weightDigits = 3 // after the point
)

// readWeight reads a qvalue (RFC 9110, section 12.4.2): from 0 to 1, with up to three digits after the point.
func readWeight(value string) (int, bool) {
	whole, fraction, _ := strings.Cut(value, ".")
	if whole != "0" && whole != "1" || len(fraction) > weightDigits {
		return 0, false
	}
	q, err := strconv.ParseUint(whole+fraction+strings.Repeat("0", weightDigits-len(fraction)), 10, 16)
	return int(q), err == nil && q <= maxWeight
}

// trim removes the blanks that the grammar allows around a word.
func trim(s string) string { return strings.Trim(s, " \t") }
