package doctor

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// maxPage is how much of a page is read, in bytes.
const maxPage = 1 << 20

// maxSteps is how many redirects within the application are followed.
const maxSteps = 4

// page is what the application answered.
type page struct {
	at     *url.URL // what was requested
	status int
	header http.Header
	body   string
}

// location is where the answer leads; nil where it leads nowhere.
func (p page) location() *url.URL {
	if p.status < http.StatusMultipleChoices || p.status >= http.StatusBadRequest {
		return nil
	}
	to, err := url.Parse(p.header.Get("Location"))
	if err != nil || p.header.Get("Location") == "" {
		return nil
	}
	return p.at.ResolveReference(to)
}

// asNavigation asks for a page as a browser does that was signed in and has no session token: an application with ginclerk sends it to
// a handshake, whatever the page is. More cookies may be added.
func (e *examination) asNavigation(ctx context.Context, at *url.URL, more ...string) (page, error) {
	cookies := append([]string{}, more...)
	add := func(name, value string) {
		cookies = append(cookies, name+"="+value, e.key.Suffixed(name)+"="+value)
	}
	add(instance.CookieClientUAT, strconv.FormatInt(e.now().Unix(), 10))
	if e.key.Type() == instance.Development {
		add(instance.CookieDevBrowser, "ginclerk-doctor")
	}
	return e.get(ctx, at, http.Header{
		"Sec-Fetch-Dest": {"document"}, "Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Site": {"none"}, "Cookie": {strings.Join(cookies, "; ")},
	})
}

// asScript asks for a page as a script does: signed out, and without a redirect.
func (e *examination) asScript(ctx context.Context, at *url.URL) (page, error) {
	return e.get(ctx, at, http.Header{"Sec-Fetch-Dest": {"empty"}, "Sec-Fetch-Mode": {"cors"}, "Sec-Fetch-Site": {"same-origin"}})
}

func (e *examination) get(ctx context.Context, at *url.URL, header http.Header) (page, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return page{}, fmt.Errorf("doctor: %w", err)
	}
	req.Header = header
	req.Header.Set("Accept", "text/html,*/*;q=0.8")
	req.Header.Set("User-Agent", userAgent)
	resp, err := e.web.Do(req)
	if err != nil {
		return page{}, err
	}
	defer func() { _ = resp.Body.Close() }() // it was read as far as it is of use
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxPage))
	return page{at: at, status: resp.StatusCode, header: resp.Header, body: string(body)}, nil
}

// userAgent tells the operator of the application who asks.
const userAgent = "ginclerk-doctor"
