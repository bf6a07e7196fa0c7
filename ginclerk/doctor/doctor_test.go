package doctor_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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
