package accountpath

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/bearer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// strays reports whether a request that changes something outside the paths of accounts comes from a page below one: a form whose action lacks the
// path of its account. It would be done for the browser's own account, which may be another. A bearer token says by itself for whom it is, and
// where the browser does not say which page it comes from, that can't be told.
func strays(r *http.Request, base string) bool {
	if visit.IsSafe(r.Method) || visit.AccountOf(r) != "" || r.Header.Get("Sec-Fetch-Dest") == "report" || presentsBearer(r) {
		return false
	}
	from, err := url.Parse(cmp.Or(r.Header.Get("Referer"), r.Header.Get("Hx-Current-Url")))
	if err != nil || from.Host == "" || !sameOrigin(r, from) {
		return false
	}
	if base == "" {
		base = visit.Stripped(r)
	}
	return belowAccount(from, visit.ForwardedPrefix(r.Header)+base) || belowAccount(from, base)
}

func presentsBearer(r *http.Request) bool {
	_, presented := bearer.Presented(r.Header)
	return presented
}

// sameOrigin believes the browser, which knows the origin that it has sent the request to. One that does not say it leaves the hosts.
func sameOrigin(r *http.Request, from *url.URL) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin"
	}
	return strings.EqualFold(from.Host, r.Host) || strings.EqualFold(from.Host, r.Header.Get("X-Forwarded-Host"))
}

func belowAccount(page *url.URL, base string) bool {
	path, below := strings.CutPrefix(page.Path, base)
	if !below {
		return false
	}
	reading, _ := visit.ReadAccount(&url.URL{Path: path, RawPath: strings.TrimPrefix(page.RawPath, base)})
	return reading == visit.NamesAccount || reading == visit.AccountFolderOf
}

func refuse(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, "Nothing was done. This was sent from a page of one account to a path outside of it, where another account may be signed in. "+
		"The address lacks the path of the account, such as /u/1.", http.StatusConflict)
}
