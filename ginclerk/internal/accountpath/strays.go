package accountpath

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/bearer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// outsideKey is where the context of a request that comes outside of the paths of accounts has what was taken off its path before.
type outsideKey struct{}

// outside keeps what [Strays] can't tell any more once a router within the application has taken something off the path.
func outside(r *http.Request) *http.Request {
	if visit.IsSafe(r.Method) {
		return r
	}
	return r.WithContext(context.WithValue(r.Context(), outsideKey{}, visit.Stripped(r)))
}

// Strays reports whether a request that changes something outside the paths of accounts comes from a page below one: a form whose action lacks the
// path of its account. It would be done for the browser's own account, which may be another. A bearer token says by itself for whom it is, and
// where the browser does not say which page it comes from, that can't be told. Base is the configured base path of the application; "": what requests say.
func Strays(r *http.Request, base string) bool {
	if visit.IsSafe(r.Method) || visit.AccountOf(r) != "" || r.Header.Get("Sec-Fetch-Dest") == "report" || presentsBearer(r) {
		return false
	}
	from, err := url.Parse(cmp.Or(r.Header.Get("Referer"), r.Header.Get("Hx-Current-Url")))
	if err != nil || from.Host == "" || !sameOrigin(r, from) {
		return false
	}
	if base == "" {
		taken, known := r.Context().Value(outsideKey{}).(string)
		if base = taken; !known {
			base = visit.Stripped(r)
		}
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

// Refuse answers a request that may be for another account than that of the page which has sent it.
func Refuse(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, "Nothing was done. The address does not say for which of your accounts this is. Open the page again, and send it from there. "+
		"For developers: put the base path of the page in front of the address, such as /u/1-b7tq4e2z.", http.StatusConflict)
}
