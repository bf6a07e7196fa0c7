package localpath_test

import (
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
)

// Browsers read a backslash as a slash, and drop tabs and line breaks (URL Standard).
func TestOnlyPathsOfTheOwnOriginAreLocal(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		text string
		want bool
	}{
		"the root":                       {"/", true},
		"a path":                         {"/notes/1", true},
		"a path with a query":            {"/notes?next=//evil.example", true},
		"slashes further on":             {"/notes//1", true},
		"letters of any script":          {"/заметки", true},
		"nothing":                        {"", false},
		"a relative path":                {"notes", false},
		"another origin":                 {"https://evil.example/", false},
		"another host":                   {"//evil.example", false},
		"another host by a backslash":    {`/\evil.example`, false},
		"a backslash further on":         {`/notes\1`, false},
		"another host behind a tab":      {"/\t/evil.example", false},
		"another host by a line break":   {"/\n/evil.example", false},
		"the highest control character":  {"/\x7f", false},
		"a scheme that runs a script":    {"javascript:alert(1)", false},
		"a space in front of the slash":  {" /notes", false},
		"a header behind a line break":   {"/notes\r\nSet-Cookie: a=b", false},
		"a null character behind a path": {"/notes\x00", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := localpath.Is(row.text); got != row.want {
				t.Errorf("%q: got %t, want %t", row.text, got, row.want)
			}
		})
	}
}
