package clerktest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
)

// maxSeedDepth is how deep the values of a seed may lie in each other.
const maxSeedDepth = 64

// jsonIndex knows the line of every value of a JSON text, by paths such as users[2].memberships[0].role.
type jsonIndex struct {
	text    []byte
	decoder *json.Decoder
	lines   map[string]int
	order   []string
}

// indexJSON reads the whole text. Errors tell the line.
func indexJSON(text []byte) (*jsonIndex, error) {
	x := &jsonIndex{text: text, decoder: json.NewDecoder(bytes.NewReader(text)), lines: map[string]int{}}
	if err := x.value("", 0); err != nil {
		return nil, x.problem(err)
	}
	if _, err := x.decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("line %d: there is more behind the object", x.line())
	}
	if !bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		return nil, errors.New("line 1: it is no JSON object")
	}
	return x, nil
}

func (x *jsonIndex) line() int { return lineAt(x.text, x.decoder.InputOffset()) }

func (x *jsonIndex) problem(err error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("line %d: %w", lineAt(x.text, syntax.Offset), err)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("line %d: the text ends in the middle", lineAt(x.text, int64(len(x.text))))
	}
	return err
}

func (x *jsonIndex) value(path string, depth int) error {
	token, err := x.decoder.Token()
	if err != nil {
		return err
	}
	if depth > maxSeedDepth {
		return fmt.Errorf("line %d: %s: too deep", x.line(), path)
	}
	if path != "" {
		x.lines[path] = x.line()
		x.order = append(x.order, path)
	}
	switch token {
	case json.Delim('{'):
		return x.object(path, depth)
	case json.Delim('['):
		return x.list(path, depth)
	default:
		return nil
	}
}

func (x *jsonIndex) object(path string, depth int) error {
	names := map[string]bool{}
	for x.decoder.More() {
		token, err := x.decoder.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string) // a decoder gives nothing else for a key
		child := strings.TrimPrefix(path+"."+name, ".")
		if names[name] {
			return fmt.Errorf("line %d: %s: it is there twice", x.line(), child)
		}
		names[name] = true
		if err := x.value(child, depth+1); err != nil {
			return err
		}
	}
	_, err := x.decoder.Token()
	return err
}

func (x *jsonIndex) list(path string, depth int) error {
	for i := 0; x.decoder.More(); i++ {
		if err := x.value(fmt.Sprintf("%s[%d]", path, i), depth+1); err != nil {
			return err
		}
	}
	_, err := x.decoder.Token()
	return err
}

// unknown returns a problem for each field that a seed doesn't have.
func (x *jsonIndex) unknown() []error {
	known := map[string]bool{}
	fieldsOf(reflect.TypeFor[seedJSON](), "", known)
	index := regexp.MustCompile(`\[\d+\]`)
	template := regexp.MustCompile(`^templates\.[^.]*`)
	var problems []error
	for _, path := range x.order {
		shape := template.ReplaceAllString(index.ReplaceAllString(path, "[]"), "templates[]")
		if !knownField(known, shape) {
			problems = append(problems, fmt.Errorf("line %d: %s: there is no such field", x.lines[path], path))
		}
	}
	return problems
}

// knownField takes everything below an open object, which known holds with a dot at its end.
func knownField(known map[string]bool, shape string) bool {
	if known[shape] {
		return true
	}
	for i, r := range shape {
		if r == '.' && known[shape[:i+1]] {
			return true
		}
	}
	return false
}

// fieldsOf collects the fields of a type by their paths.
func fieldsOf(t reflect.Type, path string, known map[string]bool) {
	known[path] = true
	switch t.Kind() {
	case reflect.Slice:
		fieldsOf(t.Elem(), path+"[]", known)
	case reflect.Map:
		if t.Elem().Kind() == reflect.Interface {
			known[path+"."] = true
			return
		}
		fieldsOf(t.Elem(), path+"[]", known)
	case reflect.Struct:
		for field := range t.Fields() {
			fieldsOf(field.Type, strings.TrimPrefix(path+"."+field.Tag.Get("json"), "."), known)
		}
	default:
	}
}
