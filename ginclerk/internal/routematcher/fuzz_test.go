package routematcher_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ginclerk/ginclerk/ginclerk/internal/routematcher"
)

// A pattern compiles, or is refused with an offset inside it. A compiled pattern answers every path without a panic, and Match
// and Find agree.
func FuzzCompile(f *testing.F) {
	recorded := readRecorded(f)
	for _, row := range recorded.Rows {
		f.Add(row.pattern, row.path)
	}
	for _, source := range recorded.Refused {
		f.Add(source, "/")
	}
	f.Fuzz(func(t *testing.T, source, path string) {
		if len(source) > 200 || len(path) > 200 {
			return // long patterns only cost time
		}
		pattern, err := routematcher.CompilePattern(source)
		if err != nil {
			failure, ok := errors.AsType[*routematcher.PatternError](err)
			if !ok || failure.Offset < 0 || failure.Offset > len(source) {
				t.Fatalf("pattern %q: %v", source, err)
			}
			return
		}
		params, found := pattern.Find(path)
		for name, value := range params {
			if !strings.Contains(path, value) {
				t.Errorf("pattern %q, path %q: parameter %s is %q", source, path, name, value)
			}
		}
		if strings.Contains(path, "%") || strings.Contains(path, "//") || !utf8.ValidString(path) {
			return
		}
		if got, err := compile(t, source).Match(path); err != nil || got != found {
			t.Errorf("pattern %q, path %q: Match says %t, %v; Find says %t", source, path, got, err, found)
		}
	})
}

// A path and its normal form get the same answer, and a malformed path never matches.
func FuzzMatch(f *testing.F) {
	for _, row := range readVectors(f) {
		f.Add(row.path)
	}
	rows := make(map[*routematcher.Pattern]*routematcher.Matcher)
	for _, source := range []string{"/admin(.*)", "/dashboard/:path*", "((?!/public|/assets).*)"} {
		pattern, err := routematcher.CompilePattern(source)
		if err != nil {
			f.Fatal(err)
		}
		rows[pattern] = compile(f, source)
	}
	f.Fuzz(func(t *testing.T, path string) {
		normal, err := routematcher.Normalize(path)
		if err == nil && strings.Contains(normal, "//") {
			t.Errorf("path %q: a run of slashes is left in %q", path, normal)
		}
		for pattern, matcher := range rows {
			got, matchErr := matcher.Match(path)
			if (err == nil) != (matchErr == nil) || (err != nil && got) {
				t.Errorf("path %q: Normalize says %v, Match says %t, %v", path, err, got, matchErr)
			}
			if _, want := pattern.Find(normal); err == nil && got != want {
				t.Errorf("pattern %q, path %q: got %t; its normal form %q: %t", pattern, path, got, normal, want)
			}
		}
	})
}

// Many patterns match a path where one of them alone does.
func FuzzManyPatterns(f *testing.F) {
	var sources []string
	for _, row := range readVectors(f) {
		f.Add(row.path)
		if _, err := routematcher.CompilePattern(row.pattern); err == nil && !slices.Contains(sources, row.pattern) {
			sources = append(sources, row.pattern)
		}
	}
	sets := map[*routematcher.Matcher][]*routematcher.Matcher{}
	for set := range slices.Chunk(sources, 7) { // a pattern that matches all would hide the others
		alone := make([]*routematcher.Matcher, 0, len(set))
		for _, source := range set {
			alone = append(alone, compile(f, source))
		}
		sets[compile(f, set...)] = alone
	}
	f.Fuzz(func(t *testing.T, path string) {
		for together, alone := range sets {
			want := slices.ContainsFunc(alone, func(m *routematcher.Matcher) bool {
				matched, err := m.Match(path)
				return err == nil && matched
			})
			if got, err := together.Match(path); err == nil && got != want {
				t.Errorf("path %q: got %t together, %t alone", path, got, want)
			}
		}
	})
}

// A lookahead for text that the path does not have changes nothing, so the machine that runs lookaheads agrees with package
// regexp.
func FuzzLookahead(f *testing.F) {
	for _, row := range readRecorded(f).Rows {
		f.Add(row.pattern, row.path)
	}
	f.Fuzz(func(t *testing.T, source, path string) {
		if len(source) > 200 || len(path) > 200 || strings.Contains(path, "\x00") || strings.Contains(source, ":never") {
			return // long ones only cost time; the path must not have the text and the name below
		}
		if _, err := routematcher.CompilePattern(source); err != nil {
			return
		}
		plain, err := routematcher.CompilePattern(source + "{x}?")
		if err != nil {
			t.Fatalf("pattern %q: %v", source, err)
		}
		guarded, err := routematcher.CompilePattern(source + "{x:never((?!\x00))}?")
		if err != nil {
			t.Fatalf("pattern %q: %v", source, err)
		}
		want, found := plain.Find(path)
		got, guardedFound := guarded.Find(path)
		if found != guardedFound {
			t.Fatalf("pattern %q, path %q: %t, with a lookahead %t", source, path, found, guardedFound)
		}
		for name, value := range want {
			if got[name] != value {
				t.Errorf("pattern %q, path %q: %s is %q, with a lookahead %q", source, path, name, value, got[name])
			}
		}
	})
}
