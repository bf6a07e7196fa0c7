package graphjson_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/internal/graphjson"
)

type person struct {
	Name   string
	friend *person
	born   time.Time
	hash   [2]byte
}

type group struct {
	Title   string
	people  []*person
	byName  map[string]*person
	notes   map[kind]note
	data    map[string]any
	now     func() time.Time
	lasts   time.Duration
	skipped []string
}

type (
	kind string
	note struct{ text []string }
)

func people() *group {
	ada, bob := &person{Name: "Ada", hash: [2]byte{0, 255}}, &person{Name: "Bob", born: time.Date(2026, 3, 14, 12, 0, 0, 7, time.UTC)}
	ada.friend, bob.friend = bob, ada
	return &group{
		Title: "all", people: []*person{ada, bob, nil}, byName: map[string]*person{"ada": ada}, notes: map[kind]note{"n": {[]string{"x"}}},
		data: map[string]any{"a": []any{true, "b", 1.5, nil}}, now: time.Now, lasts: time.Hour, skipped: []string{"s"},
	}
}

func TestAGraphIsTheSameAfterwards(t *testing.T) {
	t.Parallel()
	before := people()
	document, err := graphjson.Of(before, "skipped")
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	var read graphjson.Document
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	after := &group{Title: "replaced"}
	if err := read.Into(after); err != nil {
		t.Fatal(err)
	}
	if after.people[0].friend.friend != after.people[0] || after.byName["ada"] != after.people[0] {
		t.Error("pointers to one value are pointers to several")
	}
	if len(before.skipped) != 1 || len(after.skipped) != 0 || after.now != nil {
		t.Errorf("left out: before %q, after %q", before.skipped, after.skipped)
	}
	before.skipped, before.now = nil, nil
	if !reflect.DeepEqual(before, after) {
		t.Errorf("after: %+v\nwant  %+v", after, before)
	}
}

func TestAGraphThatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"root": {"gone": 1}}`:                                    "no field gone: another version",
		`{"root": {"people": [7]}}`:                                "leads nowhere",
		`{"root": {"people": [-2]}}`:                               "leads nowhere",
		`{"root": {"people": [0]}, "values": [{"hash": [1]}]}`:     "1 elements instead of 2",
		`{"root": {"people": [0]}, "values": [{"born": "never"}]}`: "born",
		`{"root": {"Title": 1}}`:                                   "Title",
		`{"root": 1}`:                                              "cannot unmarshal",
	} {
		var document graphjson.Document
		if err := json.Unmarshal([]byte(text), &document); err != nil {
			t.Fatal(err)
		}
		if err := document.Into(&group{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	if _, err := graphjson.Of(&struct{ c chan int }{make(chan int)}); err == nil {
		t.Error("a channel was written")
	}
}
