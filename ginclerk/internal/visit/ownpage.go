package visit

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
)

// Why a request does not prove that it comes from one of the application's own pages, beside what [http.CrossOriginProtection] says.
var (
	errForeignUpgrade = errors.New("ginclerk: no own origin asked for the upgrade")
	errForeignOrigin  = errors.New("ginclerk: another origin has sent the request")
	errNoProvenance   = errors.New("ginclerk: the request has neither Sec-Fetch-Site nor Origin")
)

// Foreign returns why the request may come from another site: it changes something, or opens a WebSocket, and does not prove that one of
// the application's own pages has sent it. It returns nil where the request comes from an own page, or changes nothing. A safe request passes
// where it asks for no protocol upgrade and names no unsafe method beside its own. net/http's protection also lets a request pass
// that has neither Sec-Fetch-Site nor Origin. Today's browsers always send one of them, so a request that a cookie authenticates
// needs one.
func (v Visit) Foreign() error {
	r := v.Request
	if isUpgrade(r) {
		return v.checkUpgrade()
	}
	if IsSafe(r.Method) {
		if !v.queryOverrides && !overridesMethod(r.Header) {
			return nil
		}
		r = asPost(r)
	}
	if field(r.Header, "Sec-Fetch-Site") == "" {
		switch from := field(r.Header, "Origin"); {
		case from == "":
			return errNoProvenance
		case v.own(from):
			return nil // behind a proxy, the Host header may name another host
		case !v.atHost(r.Host, from):
			return errForeignOrigin
		}
	}
	return v.site.crossOrigin.Check(r)
}

// checkUpgrade holds a WebSocket's GET against the Origin header: browsers open one to any host, with its cookies and
// without a preflight (RFC 6455, section 10.2).
func (v Visit) checkUpgrade() error {
	if v.own(field(v.Request.Header, "Origin")) {
		return nil
	}
	return errForeignUpgrade
}

// own reports whether an origin, as a browser writes it in the header Origin, is one of the application's.
func (v Visit) own(text string) bool {
	if text == "" {
		return false
	}
	for _, own := range v.site.origins {
		if own.String() == text {
			return true
		}
	}
	return v.Origin.String() == text
}

// atHost reports whether an origin is that of the host which a request names. net/http's protection does not compare the scheme: whoever can
// change what comes over plain http would have a page there send a form to the host over https. Where no origin is configured, a proxy that is
// not trusted may have taken https off, so that the request does not tell the scheme.
func (v Visit) atHost(host, text string) bool {
	if len(v.site.origins) > 0 {
		return origin.At(v.Origin.Scheme(), host).String() == text
	}
	return origin.At("http", host).String() == text || origin.At("https", host).String() == text
}

// Reads reports whether a browser opens a page with the request and, as far as the request tells, does nothing else: it is a GET or a HEAD of a
// person's navigation that names no other method beside its own, no prefetch, no WebSocket and no form that is sent again.
func (v Visit) Reads() bool {
	r := v.Request
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && v.Kind() == Page && !v.Prefetch() && !IsReplay(r) &&
		!v.queryOverrides && !overridesMethod(r.Header)
}

// IsSafe reports whether requests with a method change nothing (RFC 9110, section 9.2.1).
func IsSafe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// overridesMethod reports whether a header names another method than the request's own, as frameworks let scripts do. A handler that
// heeds it changes something although the request is a GET.
func overridesMethod(header http.Header) bool {
	for _, name := range [...]string{"X-Http-Method-Override", "X-Http-Method", "X-Method-Override"} {
		if slices.ContainsFunc(header[name], namesUnsafe) {
			return true
		}
	}
	return false
}

// queryOverridesMethod reports the same of a query, as frameworks let forms do.
func queryOverridesMethod(query string) bool {
	if !strings.Contains(query, methodParameter) && !strings.Contains(query, "%") {
		return false
	}
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if !isMethodParameter(name) {
			continue
		}
		if method, err := url.QueryUnescape(value); err == nil && namesUnsafe(method) {
			return true
		}
	}
	return false
}

// namesUnsafe reports whether a text names a method that is not safe. A request may name several; handlers differ in which they heed.
func namesUnsafe(method string) bool { return method != "" && !IsSafe(strings.ToUpper(method)) }

const methodParameter = "_method"

// isMethodParameter reports whether the name of a parameter, as it was sent, is _method.
func isMethodParameter(name string) bool {
	if len(name)-2*strings.Count(name, "%") != len(methodParameter) { // an escaped byte has three characters
		return false
	}
	decoded, err := url.QueryUnescape(name)
	return err == nil && decoded == methodParameter
}

func asPost(r *http.Request) *http.Request {
	post := *r
	post.Method = http.MethodPost
	return &post
}
