package clients_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// recorder records the failures of a tab: requests to other hosts, operations that aren't emulated, exceptions.
type recorder struct {
	origin string

	mu    sync.Mutex
	noted []string
}

// record gets each event of the tab, in order.
func (r *recorder) record(event any) {
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if strings.HasPrefix(e.Request.URL, "http") && !strings.HasPrefix(e.Request.URL, r.origin+"/") {
			r.note("a request to another host", e.Request.URL)
		}
	case *network.EventResponseReceived:
		if status := e.Response.Status; status == http.StatusNotFound || status >= http.StatusInternalServerError {
			r.note(fmt.Sprintf("status %d", status), e.Response.URL)
		}
	case *runtime.EventExceptionThrown:
		r.note("exception "+e.ExceptionDetails.Text, e.ExceptionDetails.URL)
	}
}

// note leaves out the query, which may have tokens.
func (r *recorder) note(what, url string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	path, _, _ := strings.Cut(url, "?")
	r.noted = append(r.noted, what+": "+path)
}

func (r *recorder) list() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.noted)
}
