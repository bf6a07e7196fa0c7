package routematcher_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/internal/routematcher"
)

const vectorFile = "route_matcher.json"

// The rows are recorded answers of Clerk's own createPathMatcher. GINCLERK_CONFORMANCE_DIR names another folder with answers.
func TestConformanceRouteMatcher(t *testing.T) {
	t.Parallel()
	rows := readVectors(t)
	agreeing := 0
	for _, row := range rows {
		if got := answer(row.pattern, row.path); got == row.want {
			agreeing++
		} else {
			t.Errorf("pattern %q, path %q: got %s, want %s", row.pattern, row.path, got, row.want)
		}
	}
	if _, err := fmt.Fprintf(os.Stdout, "conformance: %s %d/%d\n", vectorFile, agreeing, len(rows)); err != nil {
		t.Error(err)
	}
	if len(rows) == 0 {
		t.Error("the file has no rows")
	}
}

// vector is one recorded answer; want is "true", "false" or "malformed".
type vector struct{ pattern, path, want string }

func (v *vector) UnmarshalJSON(data []byte) error {
	var want any
	if err := json.Unmarshal(data, &[]any{&v.pattern, &v.path, &want}); err != nil {
		return err
	}
	v.want = fmt.Sprint(want)
	return nil
}

func readVectors(tb testing.TB) []vector {
	tb.Helper()
	folder := os.Getenv("GINCLERK_CONFORMANCE_DIR")
	if folder == "" {
		folder = "testdata"
	}
	data, err := os.ReadFile(filepath.Join(folder, vectorFile))
	if err != nil {
		tb.Fatal(err)
	}
	var file struct{ Rows []vector }
	if err := json.Unmarshal(data, &file); err != nil {
		tb.Fatal(err)
	}
	return file.Rows
}

func answer(pattern, path string) string {
	m, err := routematcher.Compile(pattern)
	if err != nil {
		return err.Error()
	}
	matched, err := m.Match(path)
	if errors.Is(err, routematcher.ErrMalformedPath) {
		return "malformed"
	}
	return fmt.Sprint(matched)
}
