package routematcher

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// ErrMalformedPath means that a path is not the percent-encoding of UTF-8 text. Clerk answers such a request with 400.
var ErrMalformedPath = errors.New("malformed path")

// MaxPath is the longest path that this package matches, in bytes. By default nginx and Apache accept no longer request line. Go's
// regular expressions take some 50 ns for each byte, so longer paths could keep an application busy.
const MaxPath = 8 << 10

// ErrPathTooLong means that a path is longer than [MaxPath]. Answer such a request with 414, and do not serve it.
var ErrPathTooLong = errors.New("path too long")

// reserved stay encoded when a URI is decoded as a whole (ECMA-262, decodeURI): decoding them would change what the
// URI means.
const reserved = ";/?:@&=+$,#"

// Normalize returns the form of a path that patterns are matched against: percent-decoded once except for the reserved
// characters ; / ? : @ & = + $ , # (whose escapes stay as they were written), then with runs of "/" made one. A path that
// has neither escapes nor such runs comes back as it is, without an allocation. The error is [ErrMalformedPath] or
// [ErrPathTooLong]. The rule is Clerk's (@clerk/shared, normalizePath), but for the length.
func Normalize(path string) (string, error) {
	if len(path) > MaxPath {
		return "", ErrPathTooLong
	}
	decoded, err := decodeURI(path)
	if err != nil {
		return "", err
	}
	return collapseSlashes(decoded), nil
}

func decodeURI(path string) (string, error) {
	if !utf8.ValidString(path) {
		return "", ErrMalformedPath
	}
	escape := strings.IndexByte(path, '%')
	if escape < 0 {
		return path, nil
	}
	var out strings.Builder
	out.Grow(len(path))
	for escape >= 0 {
		out.WriteString(path[:escape])
		path = path[escape:]
		char, length, ok := unescape(path)
		if !ok {
			return "", ErrMalformedPath
		}
		if strings.ContainsRune(reserved, char) {
			out.WriteString(path[:length])
		} else {
			out.WriteRune(char)
		}
		path = path[length:]
		escape = strings.IndexByte(path, '%')
	}
	out.WriteString(path)
	return out.String(), nil
}

// unescape reads the character whose escapes s starts with and the length of those escapes.
func unescape(s string) (char rune, length int, ok bool) {
	var encoded [utf8.UTFMax]byte
	for n := range encoded {
		escape := s[length:]
		if len(escape) < 3 || escape[0] != '%' {
			return 0, 0, false
		}
		high, isHigh := hexDigit(escape[1])
		low, isLow := hexDigit(escape[2])
		if !isHigh || !isLow {
			return 0, 0, false
		}
		encoded[n] = high<<4 | low
		length += 3
		if !utf8.FullRune(encoded[:n+1]) {
			continue
		}
		char, size := utf8.DecodeRune(encoded[:n+1])
		return char, length, size == n+1 && (char != utf8.RuneError || size > 1)
	}
	return 0, 0, false
}

// hexDigit returns the value of a hexadecimal digit.
func hexDigit(c byte) (value byte, ok bool) {
	switch c = lower(c); {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	default:
		return 0, false
	}
}

func collapseSlashes(path string) string {
	run := strings.Index(path, "//")
	if run < 0 {
		return path
	}
	var out strings.Builder
	out.Grow(len(path))
	out.WriteString(path[:run])
	for i := run; i < len(path); i++ {
		if path[i] != '/' || i == run || path[i-1] != '/' {
			out.WriteByte(path[i])
		}
	}
	return out.String()
}
