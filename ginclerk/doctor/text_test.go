package doctor_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/doctor"
)

func someFindings() doctor.Report {
	return doctor.Report{Findings: []doctor.Finding{
		{ID: "keys-fine", Area: doctor.Keys, Severity: doctor.Fine, Found: "both keys are of one instance"},
		{
			ID: "clock-wrong", Area: doctor.Clock, Severity: doctor.Error, Found: "the clock is 42s behind Clerk's",
			Matters: "A session token is good for a minute, and with this clock it is refused.", Fix: "Let the machine set its clock.",
		},
		{ID: "origins-unset", Area: doctor.Origins, Severity: doctor.Warning, Found: "no Origins", Matters: "It matters.", Fix: "Set them."},
		{ID: "redis-skipped", Area: doctor.Redis, Severity: doctor.Skipped, Found: "give -redis"},
	}}
}

func TestTheTextHasColumnsAndASummary(t *testing.T) {
	t.Parallel()
	var text bytes.Buffer
	if err := someFindings().WriteText(&text, doctor.TextOptions{Width: 60}); err != nil {
		t.Fatal(err)
	}
	want := `ok      keys           both keys are of one instance

ERROR   clock          the clock is 42s behind Clerk's
        why  A session token is good for a minute, and with
             this clock it is refused.
        fix  Let the machine set its clock.
        id   clock-wrong

warning origins        no Origins
        why  It matters.
        fix  Set them.
        id   origins-unset

-       Redis          give -redis

1 error, 1 warning, 1 fine, 1 not examined.
`
	if diff := cmp.Diff(want, text.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestColorMarksSeveritiesAlone(t *testing.T) {
	t.Parallel()
	var plain, colored bytes.Buffer
	for w, options := range map[*bytes.Buffer]doctor.TextOptions{&plain: {}, &colored: {Color: true}} {
		if err := someFindings().WriteText(w, options); err != nil {
			t.Fatal(err)
		}
	}
	for _, mark := range []string{"\x1b[31mERROR\x1b[0m", "\x1b[33mwarning\x1b[0m", "\x1b[32mok\x1b[0m"} {
		if !strings.Contains(colored.String(), mark) {
			t.Errorf("no %q in %q", mark, colored.String())
		}
	}
	if strings.Contains(plain.String(), "\x1b") {
		t.Errorf("color in %q", plain.String())
	}
	uncolored := colored.String()
	for _, code := range []string{"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[33m"} {
		uncolored = strings.ReplaceAll(uncolored, code, "")
	}
	if diff := cmp.Diff(plain.String(), uncolored); diff != "" {
		t.Errorf("color changes the text (-plain +colored):\n%s", diff)
	}
}

// TestLinesAreNotTooLong: those of every problem that an examination finds.
func TestLinesAreNotTooLong(t *testing.T) {
	t.Parallel()
	for _, width := range []int{0, 60, 80} {
		s := newScene(t)
		s.subject.Config.PublishableKey, s.subject.Config.SecretKey, s.subject.Config.Origins = "", "", nil
		var text bytes.Buffer
		if err := doctor.Examine(t.Context(), s.subject).WriteText(&text, doctor.TextOptions{Width: width}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(text.String()) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > max(width, 60) && (width > 0 || n > 100) {
				t.Errorf("width %d: a line of %d: %s", width, n, line)
			}
		}
	}
}

func TestTheErrorOfTheWriterIsReturned(t *testing.T) {
	t.Parallel()
	if err := someFindings().WriteText(brokenPipe{}, doctor.TextOptions{}); !errors.Is(err, errBroken) {
		t.Errorf("error %v", err)
	}
}

var errBroken = errors.New("broken pipe")

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errBroken }
