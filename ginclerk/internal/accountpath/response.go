package accountpath

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// response is the response to a request below the path of an account. Redirects to a path of the application stay there, those that a router
// makes of its own accord among them: a form that is sent on without the path would be taken for another account's. It belongs to one request.
type response struct {
	http.ResponseWriter

	request         *http.Request
	account         string // the path of the account
	base, forwarded string // what stands in front of it for the browser, as far as that is known, and as a proxy says
	decided         bool
}

// fields of a response by which browsers, and htmx, go to another page or show another address.
var fields = [...]string{"Location", "Hx-Redirect", "Hx-Location", "Hx-Push-Url", "Hx-Replace-Url"} //nolint:gochecknoglobals // a constant list

// at has the response know what stands in front of the path of the account.
func (w *response) at(base string) {
	w.base, w.forwarded = base, visit.ForwardedPrefix(w.request.Header)+base
}

// decide puts the path of the account in front of where the response leads. It may be called any number of times.
func (w *response) decide() {
	if w.decided {
		return
	}
	w.decided = true
	header := w.Header()
	for _, name := range fields {
		if values := header[name]; len(values) > 0 {
			header[name] = []string{w.leading(values[0])}
		}
	}
}

// leading returns the value of a field that leads to a page within the account. For htmx, it may be an object that has the address among others.
func (w *response) leading(value string) string {
	if !strings.HasPrefix(strings.TrimSpace(value), "{") {
		return w.within(value)
	}
	var details map[string]json.RawMessage
	var target string
	if json.Unmarshal([]byte(value), &details) != nil || json.Unmarshal(details["path"], &target) != nil {
		return value
	}
	within := w.within(target)
	if within == target {
		return value
	}
	path, err := json.Marshal(within)
	if err != nil {
		return value
	}
	details["path"] = path
	again, err := json.Marshal(details)
	if err != nil {
		return value
	}
	return string(again)
}

// within returns the address of a page within the account. What is no path, and what names an account itself, stays as it is.
func (w *response) within(target string) string {
	if !localpath.Is(target) {
		return target
	}
	for _, base := range [...]string{w.forwarded, w.base, ""} {
		if strings.HasPrefix(target, base+visit.AccountFolder+"/") {
			return target
		}
	}
	for _, base := range [...]string{w.forwarded, w.base} {
		if rest, below := strings.CutPrefix(target, base); below && base != "" && (rest == "" || strings.ContainsRune("/?#", rune(rest[0]))) {
			return base + w.account + rest
		}
	}
	return w.base + w.account + target
}

// WriteHeader implements [http.ResponseWriter].
func (w *response) WriteHeader(status int) {
	if status >= http.StatusOK || status == http.StatusSwitchingProtocols {
		w.decide()
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (w *response) Write(data []byte) (int, error) {
	w.decide()
	return w.ResponseWriter.Write(data)
}

// WriteString implements [io.StringWriter].
func (w *response) WriteString(text string) (int, error) {
	w.decide()
	return io.WriteString(w.ResponseWriter, text)
}

// ReadFrom implements [io.ReaderFrom], by which files are sent without a copy.
func (w *response) ReadFrom(from io.Reader) (int64, error) {
	w.decide()
	return io.Copy(w.ResponseWriter, from)
}

// Flush implements [http.Flusher].
func (w *response) Flush() { _ = w.FlushError() }

// FlushError is what [http.ResponseController] looks for.
func (w *response) FlushError() error {
	w.decide()
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Hijack implements [http.Hijacker]. Gin expects it.
func (w *response) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

// CloseNotify implements what Gin's Context.Stream expects of a response.
func (w *response) CloseNotify() <-chan bool {
	gone := make(chan bool, 1)
	done := w.request.Context().Done()
	if done == nil {
		return gone
	}
	go func() {
		<-done
		gone <- true
	}()
	return gone
}

// Unwrap is for [http.ResponseController].
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }
