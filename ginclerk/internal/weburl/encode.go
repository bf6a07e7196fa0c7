package weburl

import "unicode/utf8"

// The sets of characters that are encoded in each part (URL Standard, section 1.3).

func inPath(c byte) bool {
	switch c {
	case '"', '#', '<', '>', '?', '`', '{', '}':
		return true
	default:
		return unprintable(c)
	}
}

func inQuery(c byte) bool {
	switch c {
	case '"', '#', '<', '>', '\'':
		return true
	default:
		return unprintable(c)
	}
}

func inFragment(c byte) bool {
	switch c {
	case '"', '<', '>', '`':
		return true
	default:
		return unprintable(c)
	}
}

func inUserinfo(c byte) bool {
	switch c {
	case '/', ':', ';', '=', '@', '[', '\\', ']', '^', '|':
		return true
	default:
		return inPath(c)
	}
}

func unprintable(c byte) bool { return c <= ' ' || c > '~' }

const upperHex = "0123456789ABCDEF"

// appendEncoded appends a text and encodes the characters of a set. Bytes that are not UTF-8 become the replacement character.
func appendEncoded(out []byte, text string, encoded func(byte) bool) []byte {
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			if encoded(c) {
				out = append(out, '%', upperHex[c>>4], upperHex[c&15])
			} else {
				out = append(out, c)
			}
			i++
			continue
		}
		char, size := utf8.DecodeRuneInString(text[i:])
		if char == utf8.RuneError && size == 1 {
			out = append(out, "%EF%BF%BD"...)
			i++
			continue
		}
		for ; size > 0; size-- {
			out = append(out, '%', upperHex[text[i]>>4], upperHex[text[i]&15])
			i++
		}
	}
	return out
}
