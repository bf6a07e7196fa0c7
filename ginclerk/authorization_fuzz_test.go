package ginclerk_test

import (
	"net/http"
	"strings"
	"testing"
)

// FuzzAuthorization sends Authorization headers beside the cookies of a user who is signed in: wherever something in them calls
// itself a bearer, the cookies' user is not answered.
func FuzzAuthorization(f *testing.F) {
	a := newApp(f)
	a.guarded(a.clerk.RequireSession())
	v := a.visitor(f, ada)
	id := a.userID(f, ada)
	for _, row := range bearerSpellings("a.b.c") {
		f.Add(row.values[0], row.values[len(row.values)-1], len(row.values) > 1)
	}
	f.Add("Basic YTpi", "", false)
	f.Fuzz(func(t *testing.T, first, second string, both bool) {
		values := []string{first}
		if both {
			values = append(values, second)
		}
		got := a.ask(http.MethodGet, "/guarded", v.jar(), program, authorization(values...))
		if !strings.Contains(got.Body.String(), id) {
			return
		}
		for _, value := range values {
			for one := range strings.SplitSeq(value, ",") {
				word, _, _ := strings.Cut(strings.Trim(one, " \t"), " ")
				if strings.EqualFold(word, "Bearer") {
					t.Fatalf("answered as the cookies' user beside %q", values)
				}
			}
		}
	})
}
