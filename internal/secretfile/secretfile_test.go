package secretfile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/internal/secretfile"
)

func TestVariable(t *testing.T) { // no parallel: it sets variables
	folder := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const secret = "kept in a file"
	for _, row := range []struct {
		name, value, path string
		want, problem     string
	}{
		{"neither", "", "", "", ""},
		{"the variable alone", secret, "", secret, ""},
		{"the file alone, as it is", "", file("good", secret+"\n"), secret + "\n", ""},
		{"both", secret, file("both", secret), "", "both set"},
		{"a missing file", "", filepath.Join(folder, "missing"), "", "no such file"},
		{"the secret itself, where its path should be", "", secret, "", "must be the path of a file"},
		{"an address with a secret", "", "redis://:" + secret + "@redis:6379", "", "must be the path of a file"},
		{"a relative path", "", "./missing", "", "./missing"},
		{"a folder", "", folder, "", "is a directory"},
		{"an empty file", "", file("empty", ""), "", "is empty"},
		{"a file of white space", "", file("blank", " \n\t\n"), "", "is empty"},
		{"the longest file", "", file("long", strings.Repeat("x", 64<<10)), strings.Repeat("x", 64<<10), ""},
		{"a file that is too long", "", file("longer", strings.Repeat("x", 64<<10+1)), "", "more than 64 KiB"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Setenv("CLERK_SECRET_KEY", row.value)
			t.Setenv("CLERK_SECRET_KEY_FILE", row.path)
			got, err := secretfile.Variable("CLERK_SECRET_KEY")
			if got != row.want {
				t.Errorf("%d bytes, want %d", len(got), len(row.want))
			}
			switch {
			case row.problem == "":
				if err != nil {
					t.Error(err)
				}
			case err == nil || !strings.Contains(err.Error(), row.problem) || !strings.Contains(err.Error(), "CLERK_SECRET_KEY_FILE"):
				t.Errorf("error %v, want the variable and %q", err, row.problem)
			case strings.Contains(fmt.Sprintf("%v %+v", err, err), secret):
				t.Errorf("the error has the secret in it: %v", err)
			}
		})
	}
}
