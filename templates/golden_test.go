package templates_test

import (
	"flag"
	"testing"

	"github.com/ginclerk/ginclerk/templates/internal/pagetest"
)

var (
	update    = flag.Bool("update", false, "write the golden files instead of comparing with them")
	renderDir = flag.String("render", "", "write every page with its style sheet into this folder, to be looked at")
)

func TestPagesAreAsRecorded(t *testing.T) {
	t.Parallel()
	pagetest.AsRecorded(t, cases(), *update)
}

func TestEveryGoldenFileHasAPage(t *testing.T) {
	t.Parallel()
	pagetest.EveryFileHasAPage(t, cases())
}

func TestPagesAreWellBuilt(t *testing.T) {
	t.Parallel()
	pagetest.WellBuilt(t, cases())
}

func TestRenderToFolder(t *testing.T) {
	t.Parallel()
	if *renderDir == "" {
		t.Skip("no folder given with -render")
	}
	pagetest.WriteTo(t, *renderDir, "../static/assets/ginclerk.css", cases())
}
