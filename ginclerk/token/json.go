package token

import (
	"bytes"
	"encoding/json"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"
)

// written is one JSON value as it is written in a token, without white space around it. It is always valid, because all of them come
// from [readJSON] or are parts of one that does. The zero value stands for an absent value. Texts in it are not decoded before they
// are asked for, so that a token costs no map and no copy of what nothing reads.
type written string

// readJSON checks that the bytes are one JSON value. It ignores a byte order mark in front, as JavaScript's TextDecoder does, and
// refuses numbers that float64 can't hold, as encoding/json does.
func readJSON(raw []byte) (written, error) {
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	if !json.Valid(raw) {
		return "", fault("not JSON") // the decoder's own error quotes the input
	}
	w := written(bytes.TrimSpace(raw))
	if !w.numbersFit() {
		return "", fault("not JSON: a number is too large")
	}
	return w, nil
}

func (w written) isObject() bool { return strings.HasPrefix(string(w), "{") }
func (w written) isList() bool   { return strings.HasPrefix(string(w), "[") }
func (w written) isNull() bool   { return w == "null" }

func (w written) isText() bool { return strings.HasPrefix(string(w), `"`) }

// text returns the text that the value is; "" when it is something else.
func (w written) text() string {
	if !w.isText() {
		return ""
	}
	inner := string(w[1 : len(w)-1])
	if strings.IndexByte(inner, '\\') < 0 && utf8.ValidString(inner) {
		return inner
	}
	var decoded string
	if err := json.Unmarshal([]byte(w), &decoded); err != nil {
		return "" // never: the value is valid
	}
	return decoded
}

// number returns the number that the value is, and whether it is one.
func (w written) number() (float64, bool) {
	if w == "" || w[0] != '-' && (w[0] < '0' || w[0] > '9') {
		return 0, false
	}
	n, err := strconv.ParseFloat(string(w), 64)
	return n, err == nil
}

// value decodes the value as encoding/json does. Each call returns new maps and lists. It is nil for an absent value.
func (w written) value() any {
	var decoded any
	if err := json.Unmarshal([]byte(w), &decoded); err != nil {
		return nil // absent
	}
	return decoded
}

// object decodes an object as encoding/json does; nil when the value is something else. Each call returns new maps and lists.
func (w written) object() map[string]any {
	if !w.isObject() {
		return nil
	}
	m, _ := w.value().(map[string]any)
	return m
}

// member returns the member of an object with this name. Of several, the last one counts. Absent, and in something that is no
// object, it is "".
func (w written) member(name string) written {
	var last written
	for key, value := range w.members() {
		if key == name {
			last = value
		}
	}
	return last
}

// members returns the names and values of an object in their order; none of something else.
func (w written) members() iter.Seq2[string, written] {
	return func(yield func(string, written) bool) {
		if !w.isObject() {
			return
		}
		for i := w.skipSpace(1); w[i] != '}'; {
			end := w.end(i)
			name := w[i:end].text()
			i = w.skipSpace(w.skipSpace(end) + 1) // the colon
			end = w.end(i)
			if !yield(name, w[i:end]) {
				return
			}
			i = w.nextItem(end)
		}
	}
}

// without returns an object with the members that keep returns for its own, where it keeps them; anything else as it is.
func (w written) without(keep func(name string, value written) (written, bool)) written {
	if !w.isObject() {
		return w
	}
	var b strings.Builder
	for name, value := range w.members() {
		kept, keeps := keep(name, value)
		if !keeps {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		quoted, err := json.Marshal(name)
		if err != nil { // a text always has a form in JSON
			continue
		}
		b.Write(quoted)
		b.WriteByte(':')
		b.WriteString(string(kept))
	}
	return written("{" + b.String() + "}")
}

// items returns the items of a list in their order; none of something else.
func (w written) items() iter.Seq[written] {
	return func(yield func(written) bool) {
		if !w.isList() {
			return
		}
		for i := w.skipSpace(1); w[i] != ']'; {
			end := w.end(i)
			if !yield(w[i:end]) {
				return
			}
			i = w.nextItem(end)
		}
	}
}

// nextItem returns where the next item or member begins, or the list or object ends.
func (w written) nextItem(i int) int {
	if i = w.skipSpace(i); w[i] == ',' {
		return w.skipSpace(i + 1)
	}
	return i
}

func (w written) skipSpace(i int) int {
	for w[i] == ' ' || w[i] == '\t' || w[i] == '\r' || w[i] == '\n' {
		i++
	}
	return i
}

// end returns where the value that begins at i ends.
func (w written) end(i int) int {
	switch w[i] {
	case '"':
		return w.textEnd(i)
	case '{', '[':
		return w.nestedEnd(i)
	}
	for i < len(w) && strings.IndexByte(",]} \t\r\n", w[i]) < 0 {
		i++
	}
	return i
}

func (w written) textEnd(i int) int {
	for i++; ; i++ {
		begin := i
		i += strings.IndexByte(string(w[i:]), '"')
		if !w.escapes(begin, i) {
			return i + 1
		}
	}
}

// escapes reports whether the characters from begin to end escape the one at end: an odd number of backslashes is in front of it.
func (w written) escapes(begin, end int) bool {
	text := w[begin:end]
	return (len(text)-len(strings.TrimRight(string(text), `\`)))%2 == 1
}

func (w written) nestedEnd(i int) int {
	for depth := 0; ; {
		switch w[i] {
		case '"':
			i = w.textEnd(i)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		if i++; depth == 0 {
			return i
		}
	}
}

// numbersFit reports whether float64 can hold every number in the value.
func (w written) numbersFit() bool {
	for i := 0; i < len(w); {
		switch c := w[i]; {
		case c == '"':
			i = w.textEnd(i)
		case c == '-' || '0' <= c && c <= '9':
			end := w.end(i)
			if _, ok := w[i:end].number(); !ok {
				return false
			}
			i = end
		default:
			i++
		}
	}
	return true
}
