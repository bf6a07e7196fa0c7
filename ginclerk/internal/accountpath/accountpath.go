// Package accountpath serves an application below the paths of accounts: /u/0, /u/1. It takes the path off a request before the application's
// router sees it, and puts it in front of where the application's redirects lead. It knows net/http alone, and decides nothing about who a
// request is.
package accountpath

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/internal/sentpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// Handler serves the application below the paths of accounts, and as it is elsewhere. Base is the configured base path of the application; "":
// what requests say. belongs reports whether a path outside is used from the pages of all accounts; nil: all are.
func Handler(app http.Handler, base string, belongs func(path string) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reading, number := visit.ReadAccount(r.URL)
		switch {
		case reading == visit.NoAccount:
			if belongs != nil && strays(r, base) && !belongs(r.URL.Path) {
				refuse(w)
				return
			}
			app.ServeHTTP(w, r)
		case visit.AccountOf(r) != "": // an account within an account
			notFound(w, r)
		case reading == visit.NamesAccount:
			serve(app, w, r, base, number)
		case reading == visit.AccountFolderOf && (r.Method == http.MethodGet || r.Method == http.MethodHead):
			open(w, r, number)
		default:
			notFound(w, r)
		}
	})
}

func notFound(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	http.NotFound(w, r)
}

// open leads to the first page of an account. The address is relative, so that it is right whatever stands in front of it.
func open(w http.ResponseWriter, r *http.Request, number string) {
	location := number + "/"
	if r.URL.RawQuery != "" {
		location += "?" + sentpath.Query(r.URL.RawQuery)
	}
	w.Header().Set("Location", location)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusSeeOther)
}

func serve(app http.Handler, w http.ResponseWriter, r *http.Request, base, number string) {
	if base == "" {
		base = visit.Stripped(r)
	}
	account := visit.AccountPath(number)
	app.ServeHTTP(&response{
		ResponseWriter: w, request: r, account: account, base: base, forwarded: visit.ForwardedPrefix(r.Header) + base,
	}, visit.BelowAccount(r, number))
}
