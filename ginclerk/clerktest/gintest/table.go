package gintest

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// table is a map of routes as text has it.
type table struct {
	guards   map[string]string // of routes, such as "GET /users/:id"
	warnings map[string]bool
}

// parse reads what [routes.Map.String] writes: a head, a line for each path, and warnings behind an empty line.
func parse(text string) (table, error) {
	t := table{map[string]string{}, map[string]bool{}}
	columns := regexp.MustCompile(`\s{2,}`)
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		warning, isWarning := strings.CutPrefix(line, "- ")
		cells := columns.Split(line, -1)
		switch {
		case line == "" || line == "Warnings:" || strings.HasPrefix(line, "METHODS "):
		case isWarning:
			t.warnings[warning] = true
		case len(cells) < 3 || len(cells) > 4 || !strings.HasPrefix(cells[1], "/"):
			return table{}, fmt.Errorf("line %d is no route: %q", i+1, line)
		default:
			for _, method := range methodsOf(cells[0]) {
				t.guards[method+" "+cells[1]] = strings.Join(cells[2:], "  ")
			}
		}
	}
	return t, nil
}

// methodsOf reads the methods of a line. ANY stands for those of gin.Engine.Any.
func methodsOf(cell string) []string {
	if cell == "ANY" {
		return []string{
			http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodHead, http.MethodOptions, http.MethodDelete,
			http.MethodConnect, http.MethodTrace,
		}
	}
	return strings.Fields(cell)
}

// changes describes what has become of the routes: "" where nothing has.
func (t table) changes(now table) string {
	var text strings.Builder
	names := slices.Collect(maps.Keys(t.guards))
	for name := range now.guards {
		if _, known := t.guards[name]; !known {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, byPath)
	for _, name := range names {
		was, existed := t.guards[name]
		is, exists := now.guards[name]
		switch {
		case !existed:
			fmt.Fprintf(&text, "  %s is new:\n      is   %s\n", name, is)
		case !exists:
			fmt.Fprintf(&text, "  %s is gone:\n      was  %s\n", name, was)
		case was != is:
			fmt.Fprintf(&text, "  %s\n      was  %s\n      is   %s\n", name, was, is)
		}
	}
	for _, warning := range slices.Sorted(maps.Keys(now.warnings)) {
		if !t.warnings[warning] {
			fmt.Fprintf(&text, "  new warning: %s\n", warning)
		}
	}
	for _, warning := range slices.Sorted(maps.Keys(t.warnings)) {
		if !now.warnings[warning] {
			fmt.Fprintf(&text, "  no longer a warning: %s\n", warning)
		}
	}
	return text.String()
}

// byPath orders routes by path, then by method.
func byPath(a, b string) int {
	methodOfA, pathOfA, _ := strings.Cut(a, " ")
	methodOfB, pathOfB, _ := strings.Cut(b, " ")
	return strings.Compare(pathOfA+" "+methodOfA, pathOfB+" "+methodOfB)
}
