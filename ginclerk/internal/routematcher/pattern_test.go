package routematcher_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/internal/routematcher"
)

// recorded has answers of path-to-regexp: parameters by pattern and path, and patterns that it refuses.
type recorded struct {
	Rows    []paramsRow
	Refused []string
}

type paramsRow struct {
	pattern, path string
	want          routematcher.Params
}

func (r *paramsRow) UnmarshalJSON(data []byte) error {
	return json.Unmarshal(data, &[]any{&r.pattern, &r.path, &r.want})
}

func readRecorded(tb testing.TB) recorded {
	tb.Helper()
	data, err := os.ReadFile("testdata/params.json")
	if err != nil {
		tb.Fatal(err)
	}
	var file recorded
	if err := json.Unmarshal(data, &file); err != nil {
		tb.Fatal(err)
	}
	return file
}

func TestFindAgreesWithPathToRegexp(t *testing.T) {
	t.Parallel()
	rows := readRecorded(t).Rows
	if len(rows) == 0 {
		t.Fatal("the file has no rows")
	}
	for _, row := range rows {
		pattern, err := routematcher.CompilePattern(row.pattern)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		got, found := pattern.Find(row.path)
		if found != (row.want != nil) {
			t.Errorf("pattern %q, path %q: found %t", row.pattern, row.path, found)
		}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("pattern %q, path %q: parameters (-want +got):\n%s", row.pattern, row.path, diff)
		}
	}
}

func TestCompileRefusesWhatPathToRegexpRefuses(t *testing.T) {
	t.Parallel()
	refused := readRecorded(t).Refused
	if len(refused) == 0 {
		t.Fatal("the file has no refused patterns")
	}
	for _, source := range refused {
		if _, err := routematcher.CompilePattern(source); err == nil {
			t.Errorf("pattern %q was compiled", source)
		}
	}
}

func TestFindTakesThePathAsItIs(t *testing.T) {
	t.Parallel()
	pattern, err := routematcher.CompilePattern("/orgs/:slug")
	if err != nil {
		t.Fatal(err)
	}
	got, found := pattern.Find("/orgs/%61cme")
	if want := (routematcher.Params{"slug": "%61cme"}); !found || !cmp.Equal(got, want) {
		t.Errorf("got %v, %t; want %v", got, found, want)
	}
	if _, found := pattern.Find("//orgs/acme"); found {
		t.Error("a doubled slash was taken for one")
	}
	if pattern.String() != "/orgs/:slug" {
		t.Errorf("the pattern prints as %q", pattern)
	}
}

func TestCompilePatternSaysWhatIsWrongAndWhere(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name, pattern string
		offset        int
		problem       string // a part of it
	}{
		{"an empty pattern", "", 0, "empty"},
		{"bytes that are no text", "/\xff", 0, "UTF-8"},
		{"a modifier that repeats nothing", "/about*", 6, `unexpected modifier "*"`},
		{"a colon without a name", "/a/:", 3, "parameter name"},
		{"a backslash at the end", `/a\`, 2, "backslash"},
		{"an open parenthesis", "/a(b", 2, "never closed"},
		{"empty parentheses", "/a()", 2, "empty"},
		{"a capturing group", "/a(b(c))", 4, "capturing groups"},
		{"an open brace", "/a{b", 4, "unexpected end of the pattern"},
		{"a brace that closes nothing", "/a}", 2, "unexpected closing brace"},
		{"two parameters without text between them", "/:a:b", 4, "text between"},
		{"a repeated group without a prefix", `/x(\d)*`, 6, "can't repeat"},
		{"a positive lookahead", "/((?=a).*)", 2, "negative lookahead"},
		{"a lookbehind", "/(a(?<!b))", 3, "negative lookahead"},
		{"a lookahead that is no literal", `/((?!a.*b).*)`, 6, "literal text"},
		{"a lookahead for a class", `/((?!\d).*)`, 5, "literal text"},
		{"a lookahead for nothing", "/((?!a|).*)", 7, "for nothing"},
		{"a repeated lookahead", "/((?!a)*b)", 7, "nothing to repeat"},
		{"a backreference", `/(\1)`, 2, "backreferences"},
		{"a named backreference", `/(a\k)`, 3, "backreferences"},
		{"an inline flag", "/((?i:a))", 2, "groups"},
		{"an escape of Go's engine", `/(\Aa)`, 2, `\A`},
		{"an escape of Unicode classes", `/(\pL)`, 2, `\p`},
		{"a short hexadecimal escape", `/(\x4)`, 2, "2 hexadecimal digits"},
		{"half of a surrogate pair", `/(\ud83d)`, 2, "4 hexadecimal digits"},
		{"a class that is never closed", "/([a)", 2, "never closed"},
		{"a range in the wrong order", "/([z-a])", 3, "wrong order"},
		{"a repetition beyond what the engine counts", "/(a{9999})", 2, "repeat"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			_, err := routematcher.CompilePattern(row.pattern)
			failure, ok := errors.AsType[*routematcher.PatternError](err)
			if !ok {
				t.Fatalf("got %v, want a *PatternError", err)
			}
			if failure.Pattern != row.pattern || failure.Offset != row.offset || !strings.Contains(failure.Problem, row.problem) {
				t.Errorf("got %v; want offset %d and %q", failure, row.offset, row.problem)
			}
		})
	}
}
