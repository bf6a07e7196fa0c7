package doctor_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/doctor"
)

// rows are all faults.
func rows() []row {
	return slices.Concat(configurationRows(), clerkRows(), originRows(), addressRows(), cookieRows(), webhookRows(), redisRows())
}

func TestEachFaultIsFound(t *testing.T) {
	t.Parallel()
	for _, row := range rows() {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			row.fault(s)
			report := doctor.Examine(t.Context(), s.subject)
			wantNoSecrets(t, s.subject, report)
			found, ok := find(report, row.want)
			if !ok {
				t.Fatalf("not found; the report has %v", report.Findings)
			}
			if found.Found == "" || found.Matters == "" || found.Fix == "" || found.Area == "" {
				t.Errorf("the finding lacks a part: %+v", found)
			}
			if report.Worst() == doctor.Fine {
				t.Error("the report counts as fine")
			}
			for _, other := range problemsOf(report) {
				if other.ID != row.want && !slices.Contains(s.others, other.ID) {
					t.Errorf("something else is found: %+v", other)
				}
			}
			for _, other := range report.Findings {
				if other.Severity == doctor.Fine && other.Area == found.Area {
					t.Errorf("%s is said to be fine, too: %+v", found.Area, other)
				}
			}
		})
	}
}

// TestEveryKindOfProblemHasAFault: a finding that no test produces may never be made, or for something else.
func TestEveryKindOfProblemHasAFault(t *testing.T) {
	t.Parallel()
	var produced []doctor.ID
	for _, row := range rows() {
		produced = append(produced, row.want)
	}
	slices.Sort(produced)
	if diff := cmp.Diff(doctor.ProblemIDs(), slices.Compact(produced)); diff != "" {
		t.Errorf("kinds of problems (-) and rows (+):\n%s", diff)
	}
}

// TestEveryAreaCanBeFine on a subject of which everything is given, and left out where nothing is.
func TestEveryAreaCanBeFine(t *testing.T) {
	t.Parallel()
	fine, skipped := doctor.AreaIDs()
	s := newScene(t)
	s.serve()
	s.receive(asItIs)
	s.onRedis("")
	s.subject.Cookies = signedIn(s)
	report := doctor.Examine(t.Context(), s.subject)
	wantNoSecrets(t, s.subject, report)
	if diff := cmp.Diff(fine, idsOf(report)); diff != "" {
		t.Errorf("all areas (-) and findings (+):\n%s", diff)
	}

	nothing := doctor.Examine(t.Context(), doctor.Subject{Config: ginclerk.Config{Origins: []string{"no origin"}}})
	for _, id := range skipped {
		never := id == "configuration-skipped" || id == "keys-skipped"
		if _, ok := find(nothing, id); ok == never {
			t.Errorf("%s: %v", id, ok)
		}
	}
}

func idsOf(report doctor.Report) []doctor.ID {
	ids := make([]doctor.ID, 0, len(report.Findings))
	for _, f := range report.Findings {
		ids = append(ids, f.ID)
	}
	return ids
}

func TestASubjectWithoutFaultsHasNoProblems(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	report := doctor.Examine(t.Context(), s.subject)
	wantNoSecrets(t, s.subject, report)
	if found := problemsOf(report); len(found) > 0 {
		t.Errorf("problems: %+v", found)
	}
	if report.Worst() != doctor.Fine {
		t.Errorf("the worst is %s", report.Worst())
	}
	text := texts(t, report)
	for _, want := range []string{"development instance", "no errors, no warnings"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestAnExaminationEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	report := doctor.Examine(ctx, s.subject)
	if _, ok := find(report, "backend-api-unreachable"); !ok {
		t.Errorf("the report has %v", report.Findings)
	}
}
