// Package graphjson writes a graph of Go values as JSON and reads it back: pointers to the same value are pointers to the same value
// again, also where they form circles, and fields that are not exported are kept, too. Functions are left out, and values in interfaces
// are plain JSON. The text is for the program that wrote it: a field that the type no longer has is an error.
package graphjson

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"
)

// Document is a graph of values.
type Document struct {
	// Root is the value, and Values are those that pointers lead to: a pointer is the index of its value, and -1 is nil.
	Root   json.RawMessage   `json:"root"`
	Values []json.RawMessage `json:"values"`
}

// Of returns the graph that a pointer leads to, without the fields of the root that leave names. Errors name a kind of value that can't be
// written, such as a channel. Nothing may change the values meanwhile.
func Of[T any](root *T, leave ...string) (Document, error) {
	w := &writer{indexes: map[any]int{}}
	v := reflect.New(reflect.TypeFor[T]()).Elem()
	v.Set(reflect.ValueOf(root).Elem())
	for _, name := range leave {
		open(v.FieldByName(name)).SetZero()
	}
	text, err := w.write(v)
	return Document{Root: text, Values: w.values}, err
}

// Into reads a graph into the value that root points to. Fields that the graph does not have keep their value. After an error the value is
// of no use.
func (d Document) Into(root any) error {
	r := &reader{document: d, made: make([]reflect.Value, len(d.Values))}
	return r.read(reflect.ValueOf(root).Elem(), d.Root)
}

// open makes a field readable and writable that is not exported.
func open(field reflect.Value) reflect.Value {
	return reflect.NewAt(field.Type(), field.Addr().UnsafePointer()).Elem()
}

type writer struct {
	indexes map[any]int // by pointer
	values  []json.RawMessage
}

func (w *writer) write(v reflect.Value) (json.RawMessage, error) {
	switch kind := v.Kind(); {
	case kind == reflect.Pointer:
		return w.pointer(v)
	case kind == reflect.Struct && !isTime(v):
		return w.fields(v)
	case kind == reflect.Slice, kind == reflect.Array:
		return w.elements(v)
	case kind == reflect.Map:
		return w.entries(v)
	case kind == reflect.Func, kind == reflect.Chan, kind == reflect.UnsafePointer:
		return nil, fmt.Errorf("a %s can't be written", kind)
	default:
		return json.Marshal(v.Interface())
	}
}

// isTime reports whether it is a time, which has a form of its own in JSON.
func isTime(v reflect.Value) bool { return v.Type() == reflect.TypeFor[time.Time]() }

func (w *writer) fields(v reflect.Value) (json.RawMessage, error) {
	fields := map[string]json.RawMessage{}
	for i := range v.NumField() {
		if v.Field(i).Kind() == reflect.Func || v.Field(i).IsZero() {
			continue
		}
		text, err := w.write(open(v.Field(i)))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", v.Type().Field(i).Name, err)
		}
		fields[v.Type().Field(i).Name] = text
	}
	return json.Marshal(fields)
}

func (w *writer) elements(v reflect.Value) (json.RawMessage, error) {
	elements := make([]json.RawMessage, v.Len())
	for i := range elements {
		var err error
		if elements[i], err = w.write(v.Index(i)); err != nil {
			return nil, err
		}
	}
	return json.Marshal(elements)
}

func (w *writer) entries(v reflect.Value) (json.RawMessage, error) {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.String(), b.String()) }) // one graph has one text
	entries := map[string]json.RawMessage{}
	for _, key := range keys {
		value := reflect.New(v.Type().Elem()).Elem() // the fields of a copy can be opened
		value.Set(v.MapIndex(key))
		text, err := w.write(value)
		if err != nil {
			return nil, err
		}
		entries[key.String()] = text
	}
	return json.Marshal(entries)
}

func (w *writer) pointer(v reflect.Value) (json.RawMessage, error) {
	if v.IsNil() {
		return json.RawMessage("-1"), nil
	}
	index, met := w.indexes[v.Interface()]
	if !met {
		index = len(w.values)
		w.indexes[v.Interface()] = index
		w.values = append(w.values, nil)
		text, err := w.write(v.Elem())
		if err != nil {
			return nil, err
		}
		w.values[index] = text
	}
	return json.Marshal(index)
}

type reader struct {
	document Document
	made     []reflect.Value // the pointers so far
}

func (r *reader) read(v reflect.Value, text json.RawMessage) error {
	switch kind := v.Kind(); {
	case kind == reflect.Pointer:
		return r.pointer(v, text)
	case kind == reflect.Struct && !isTime(v):
		return r.fields(v, text)
	case kind == reflect.Slice, kind == reflect.Array:
		return r.elements(v, text)
	case kind == reflect.Map:
		return r.entries(v, text)
	default:
		return json.Unmarshal(text, v.Addr().Interface())
	}
}

func (r *reader) fields(v reflect.Value, text json.RawMessage) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return err
	}
	for name, text := range fields {
		field := v.FieldByName(name)
		if !field.IsValid() {
			return fmt.Errorf("%s has no field %s: another version wrote it", v.Type(), name)
		}
		if err := r.read(open(field), text); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func (r *reader) elements(v reflect.Value, text json.RawMessage) error {
	var elements []json.RawMessage
	if err := json.Unmarshal(text, &elements); err != nil {
		return err
	}
	if v.Kind() == reflect.Slice {
		v.Set(reflect.MakeSlice(v.Type(), len(elements), len(elements)))
	}
	if v.Len() != len(elements) {
		return fmt.Errorf("%d elements instead of %d", len(elements), v.Len())
	}
	for i, text := range elements {
		if err := r.read(v.Index(i), text); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) entries(v reflect.Value, text json.RawMessage) error {
	var entries map[string]json.RawMessage
	if err := json.Unmarshal(text, &entries); err != nil {
		return err
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(entries)))
	for key, text := range entries {
		value := reflect.New(v.Type().Elem()).Elem()
		if err := r.read(value, text); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), value)
	}
	return nil
}

func (r *reader) pointer(v reflect.Value, text json.RawMessage) error {
	var index int
	if err := json.Unmarshal(text, &index); err != nil || index == -1 {
		return err
	}
	if index < 0 || index >= len(r.made) {
		return errors.New("a pointer leads nowhere")
	}
	if !r.made[index].IsValid() {
		r.made[index] = reflect.New(v.Type().Elem())
		if err := r.read(r.made[index].Elem(), r.document.Values[index]); err != nil {
			return err
		}
	}
	if r.made[index].Type() != v.Type() {
		return fmt.Errorf("a pointer to %s leads to %s", v.Type(), r.made[index].Type())
	}
	v.Set(r.made[index])
	return nil
}
