// Package accountpath serves an application below the paths of accounts: /u/0, /u/1. It takes the path off a request before the application's
// router sees it, and puts it in front of where the application's redirects lead. It knows net/http alone, and decides nothing about who a
// request is.
package accountpath

import (
	"context"
	"net/http"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/sentpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// Handler serves the application below the paths of accounts, and as it is elsewhere. Base is the configured base path of the application; "":
// what requests say. belongs reports whether a path outside is used from the pages of all accounts. It is nil for an application of several
// instances, which knows that, and the base path, once it has chosen one: it calls [Strays] and [At].
func Handler(app http.Handler, base string, belongs func(path string) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reading, name := visit.ReadAccount(r.URL)
		switch {
		case reading == visit.NoAccount && belongs == nil:
			app.ServeHTTP(w, outside(r))
		case reading == visit.NoAccount && Strays(r, base) && !belongs(r.URL.Path):
			Refuse(w)
		case reading == visit.NoAccount:
			app.ServeHTTP(w, r)
		case visit.AccountOf(r) != "": // an account within an account
			notFound(w, r)
		case reading == visit.NamesAccount:
			serve(app, w, r, base, name) //nolint:contextcheck // the request has it
		case reading == visit.AccountFolderOf && (r.Method == http.MethodGet || r.Method == http.MethodHead):
			lead(w, visit.KnownAs(r, name)+"/", r.URL.RawQuery)
		default:
			notFound(w, r)
		}
	})
}

func notFound(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	http.NotFound(w, r)
}

// lead sends the browser to another path in the folder of accounts. The address is relative, so that it is right whatever stands in front of it.
func lead(w http.ResponseWriter, location, query string) {
	if query != "" {
		location += "?" + sentpath.Query(query)
	}
	w.Header().Set("Location", location)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusSeeOther)
}

// serve serves a request below the path of an account. Where the browser has another name for the account, or the path has its number alone, the
// browser goes to the path of that name. What changes something is not sent on: a page that does not say whose it is may be another account's by now.
func serve(app http.Handler, w http.ResponseWriter, r *http.Request, base, name string) {
	if known := visit.KnownAs(r, name); known != name && !presentsBearer(r) {
		_, mark := visit.SplitAccountName(name)
		switch {
		case r.Method == http.MethodGet || r.Method == http.MethodHead:
			rest := strings.TrimPrefix(sentpath.Of(r.URL), visit.AccountPath(name))
			lead(w, strings.Repeat("../", strings.Count(rest, "/"))+known+rest, r.URL.RawQuery)
			return
		case mark == "" && !visit.IsSafe(r.Method):
			Refuse(w)
			return
		}
	}
	if base == "" {
		base = visit.Stripped(r)
	}
	below := visit.BelowAccount(r, name)
	res := &response{ResponseWriter: w, request: r, account: visit.AccountPath(name)}
	res.at(base)
	app.ServeHTTP(res, below.WithContext(context.WithValue(below.Context(), responseKey{}, res)))
}

// responseKey is where the context of a request below the path of an account has its response.
type responseKey struct{}

// At says what the base path of the application is for a request below the path of an account, so that redirects stay there. "" changes nothing.
func At(r *http.Request, base string) {
	if res, below := r.Context().Value(responseKey{}).(*response); below && base != "" {
		res.at(base)
	}
}
