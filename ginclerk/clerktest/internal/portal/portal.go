package portal

import (
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"sync"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

//go:embed assets
var assets embed.FS

// maxForm is the longest form that is read, in bytes.
const maxForm = 1 << 20

// Account is a seeded account that the sign-in page shows.
type Account struct{ Name, Email, Password, Note string }

type portal struct {
	*core.Core
	page   *template.Template
	look   func() (look, error) // made for the first page: most embedded Clerks show none
	seeded []Account
}

// handler answers a request for a page. It runs inside [core.Core.Do].
type handler func(v *visit) (answer, error)

// New returns the pages. They answer below the core's sign-in and sign-up paths. The pages show the seeded accounts, if any,
// with their passwords. An error means that the templates are broken.
func New(c *core.Core, seeded []Account) (http.Handler, error) {
	page, err := template.ParseFS(assets, "assets/page.html")
	if err != nil {
		return nil, fmt.Errorf("portal: parse page: %w", err)
	}
	p := &portal{Core: c, page: page, look: sync.OnceValues(newLook), seeded: seeded}
	mux := http.NewServeMux()
	p.routes(mux)
	// Browsers say where a form comes from. A client that sends neither Sec-Fetch-Site nor Origin is not a browser.
	return http.NewCrossOriginProtection().Handler(mux), nil
}

func (p *portal) routes(mux *http.ServeMux) {
	in, up := p.SignInPath, p.SignUpPath
	mux.HandleFunc("GET "+p.assetsPath(), p.serveAsset)
	mux.Handle("/", p.handle(p.notFound))
	for _, sub := range []string{"", "/{$}"} {
		mux.Handle("GET "+in+sub, p.handle(p.chooseAccount))
		mux.Handle("POST "+in+sub, p.handle(p.postIdentifier))
	}
	for pattern, h := range map[string]handler{
		"GET " + in + "/add-account":            p.askIdentifier,
		"POST " + in + "/add-account":           p.postIdentifier,
		"POST " + in + "/continue":              p.continueAs,
		"GET " + in + "/factor-one":             p.waiting(world.StatusNeedsFirstFactor, p.askPassword),
		"POST " + in + "/factor-one":            p.waiting(world.StatusNeedsFirstFactor, p.postPassword),
		"GET " + in + "/factor-one/email-code":  p.askCode,
		"POST " + in + "/factor-one/email-code": p.waiting(world.StatusNeedsFirstFactor, p.postCode),
		"GET " + in + "/tasks":                  p.askTask,
		"POST " + in + "/tasks":                 p.postTask,
		"GET " + up + "/tasks":                  p.askTask,
	} {
		mux.Handle(pattern, p.handle(h))
	}
	for _, factor := range p.factors() {
		mux.Handle("GET "+factor.path, p.handle(p.waiting(world.StatusNeedsSecondFactor, factor.ask)))
		mux.Handle("POST "+factor.path, p.handle(p.waiting(world.StatusNeedsSecondFactor, factor.post)))
	}
	for _, base := range []string{in + "/create", up, up + "/create"} {
		s := signUp{portal: p, base: base}
		for pattern, h := range map[string]handler{
			"GET " + base:                            s.ask,
			"POST " + base:                           s.post,
			"GET " + base + "/{$}":                   s.ask,
			"GET " + base + "/verify-email-address":  s.askCode,
			"POST " + base + "/verify-email-address": s.postCode,
		} {
			mux.Handle(pattern, p.handle(h))
		}
	}
}

// handle runs a handler inside the lock, and writes its answer afterwards.
func (p *portal) handle(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		look, ok := p.shown(w, r)
		if !ok {
			return
		}
		if p.Faults.Down() {
			v := &visit{portal: p, request: r, back: p.Home, words: look.words(r), stylesheet: p.stylesheet(look)}
			p.write(w, v, v.unavailable())
			return
		}
		form, status := readForm(w, r)
		if status != 0 {
			http.Error(w, http.StatusText(status), status)
			return
		}
		v := &visit{portal: p, request: r, form: form, words: look.words(r), stylesheet: p.stylesheet(look)}
		var a answer
		p.DoFor(r, func() {
			v.identify()
			a = v.run(h)
			a.cookies = v.cookies()
		})
		p.write(w, v, a)
	})
}

// run turns an error that no handler showed at its field into a page.
func (v *visit) run(h handler) answer {
	a, err := h(v)
	if err == nil {
		return a
	}
	known, ok := errors.AsType[*apierr.Error](err)
	if !ok {
		known = apierr.New(http.StatusInternalServerError, "unexpected_error", "The embedded Clerk failed.")
	}
	return answer{status: known.Status, view: view{
		Heading: v.say("portal.failed"), Problem: known.LongMessage,
		Links: []link{{Text: v.say("portal.start-again"), URL: v.link(v.portal.SignInPath)}},
	}}
}

// tried answers a form with next, or with the form's page again when Clerk has an error for the user.
func tried(err error, page func(*apierr.Error) answer, next func() (answer, error)) (answer, error) {
	if problem, ok := errors.AsType[*apierr.Error](err); ok {
		return page(problem), nil
	}
	if err != nil {
		return answer{}, err
	}
	return next()
}

// readForm returns the status for a form that can't be read, else 0.
func readForm(w http.ResponseWriter, r *http.Request) (url.Values, int) {
	if r.Method != http.MethodPost {
		return url.Values{}, 0
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxForm))
	if _, tooLong := errors.AsType[*http.MaxBytesError](err); tooLong {
		return nil, http.StatusRequestEntityTooLarge
	}
	form, parseErr := url.ParseQuery(string(body))
	if err != nil || parseErr != nil {
		return nil, http.StatusBadRequest
	}
	return form, 0
}
