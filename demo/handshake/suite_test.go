package main

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
)

// row is one case of the suite.
type row struct {
	name    string
	mode    string // of the instance
	target  string // "" = "/"
	options []option
	want    want
}

// The suite's cases and answers, with the listed differences. The session tokens are first those of the suite, which have
// neither issuer nor session, and then tokens like Clerk's, which have both.
func TestTheAnswersAreTheSuites(t *testing.T) {
	t.Parallel()
	api := newBackend(t)
	handler := newHandler(t, api)
	all := slices.Concat(sessionRows(), tokenAgeRows(), addressRows(), satelliteRows(), resultRows(),
		organizationRows(), personalRows(), loopRows())
	for name, bare := range map[string]bool{"the suite's tokens": true, "Clerk's tokens": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			differing := differences()
			for _, row := range all {
				row.options = append([]option{func(v *visit) { v.bare = bare }}, row.options...)
				different, differs := differing[row.name]
				delete(differing, row.name)
				t.Run(row.name, func(t *testing.T) {
					t.Parallel()
					v, got := row.ask(t, api, handler)
					problems := row.want.check(v, got)
					if differs {
						if len(problems) == 0 {
							t.Error("agrees with the suite, but is listed as different")
						}
						t.Log("not as the suite expects: " + different.why)
						problems = different.want.check(v, got)
					}
					for _, problem := range problems {
						t.Error(problem)
					}
				})
			}
			for name := range differing {
				t.Errorf("no case is called %q", name)
			}
		})
	}
	t.Logf("the suite: %d cases, %d of them as it expects", len(all), len(all)-len(differences()))
}

func (r row) ask(t *testing.T, api *backend, handler http.Handler) (*visit, *httptest.ResponseRecorder) {
	t.Helper()
	target := r.target
	if target == "" {
		target = "/"
	}
	v := &visit{t: t, api: api, mode: r.mode}
	request := v.make(target, r.options)
	got := httptest.NewRecorder()
	handler.ServeHTTP(got, request)
	return v, got
}
