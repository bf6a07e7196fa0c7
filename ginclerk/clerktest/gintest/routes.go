package gintest

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/routes"
)

// UpdateRoutes is the variable of the environment with which [AssertRoutes] writes its files: GINCLERK_UPDATE_ROUTES=1.
const UpdateRoutes = "GINCLERK_UPDATE_ROUTES"

// AssertRoutes compares the map of the engine ([routes.Of]) with a file such as "testdata/routes.txt", and fails the test for each route that
// is new or gone, or whose guards have changed, and for each warning that is new or gone. Keep the file with the code: whoever reviews a
// change sees whom it lets in. With [UpdateRoutes] set it writes the file instead.
//
// Public are the routes that are meant to be open, as for [AssertGuarded]. No handler of the application runs. Spaces and the order of
// lines do not count.
func AssertRoutes(tb testing.TB, engine *gin.Engine, file string, public ...string) {
	tb.Helper()
	m, err := routes.Of(engine, public...)
	if err != nil {
		tb.Errorf("%v", err)
		return
	}
	const way = UpdateRoutes + "=1 go test ./... writes the file"
	if os.Getenv(UpdateRoutes) != "" {
		if err := write(file, m.String()); err != nil {
			tb.Errorf("the routes can't be written: %v", err)
		}
		return
	}
	kept, err := os.ReadFile(file) //nolint:gosec // the test of the application names it
	if errors.Is(err, fs.ErrNotExist) {
		tb.Errorf("%s does not exist: %s", file, way)
		return
	}
	if err != nil {
		tb.Errorf("the routes can't be read: %v", err)
		return
	}
	before, err := parse(string(kept))
	if err != nil {
		tb.Errorf("%s: %v; %s", file, err, way)
		return
	}
	now, err := parse(m.String())
	if err != nil {
		tb.Errorf("the routes can't be compared: %v", err)
		return
	}
	if changes := before.changes(now); changes != "" {
		tb.Errorf("these routes changed their guard since %s was written:\n%s%s", file, changes, "If that is meant, "+way+".")
	}
}

func write(file, text string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text), 0o600)
}
