package clerktest

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
	"github.com/ginclerk/ginclerk/static"
)

// dashboardPath is the folder of the forms and files of the page at /.
const dashboardPath = "/dashboard/"

// dashboardTicketLifetime is longer than a browser needs to follow a redirect.
const dashboardTicketLifetime = time.Minute

//go:embed dashboard
var dashboardFiles embed.FS

// dashboard is the page for the developer, see [Config].ServeDashboard. It is in English.
type dashboard struct {
	*Server
	look func() (dashboardLook, error) // made for the first page
}

type dashboardLook struct {
	page   *template.Template
	assets *static.Assets
}

// withDashboard puts the page in front of the APIs, whose faults don't stop it.
func (s *Server) withDashboard(apis http.Handler) http.Handler {
	d := &dashboard{Server: s, look: sync.OnceValues(newDashboardLook)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { d.show(w, r, nil) })
	mux.HandleFunc("GET "+dashboardPath+"assets/", d.serveAsset)
	mux.HandleFunc("POST "+dashboardPath+"sign-in", d.lead(d.signIn))
	for name, act := range map[string]func(url.Values) error{
		"end":          func(form url.Values) error { return d.EndSession(form.Get("session_id")) },
		"replay":       func(form url.Values) error { return d.ResendWebhook(form.Get("message_id")) },
		"fault":        d.fail,
		"clear-faults": func(url.Values) error { d.ClearFaults(); return nil },
		"clock":        d.advance,
		"reset":        func(url.Values) error { return d.Reset() },
	} {
		mux.HandleFunc("POST "+dashboardPath+name, d.act(act))
	}
	page := onlyFromHere(http.NewCrossOriginProtection().Handler(mux))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" || strings.HasPrefix(r.URL.Path, dashboardPath) {
			page.ServeHTTP(w, r)
			return
		}
		apis.ServeHTTP(w, r)
	})
}

// onlyFromHere refuses other machines, names that lead here by the DNS of somebody else, and what a proxy has forwarded: an application
// that forwards the Frontend API must not show this page to its visitors.
func onlyFromHere(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		forwarded := slices.ContainsFunc(
			[]string{"Clerk-Proxy-Url", "Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip"},
			func(name string) bool { return r.Header.Get(name) != "" },
		)
		if forwarded || !core.Loopback(hostOf(r.Host)) || !core.Loopback(hostOf(r.RemoteAddr)) {
			http.Error(w, "This page is only for browsers on this machine.", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// hostOf leaves out the port.
func hostOf(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return address
}

// newDashboardLook returns the page, and the style sheet of the session pages followed by that of this page.
func newDashboardLook() (look dashboardLook, err error) {
	look.page, err = template.ParseFS(dashboardFiles, "dashboard/page.html")
	shared, sharedErr := static.Files()
	if err = errors.Join(err, sharedErr); err != nil {
		return look, err
	}
	sheet, sheetErr := fs.ReadFile(shared, static.Stylesheet)
	own, ownErr := dashboardFiles.ReadFile("dashboard/dashboard.css")
	if err = errors.Join(sheetErr, ownErr); err != nil {
		return look, err
	}
	look.assets, err = static.NewWith(map[string][]byte{static.Stylesheet: append(sheet, own...)})
	return look, err
}

// show answers with the page, and with what is wrong with a form, if anything.
func (d *dashboard) show(w http.ResponseWriter, r *http.Request, problem error) {
	look, err := d.look()
	var page bytes.Buffer
	if err == nil {
		err = look.page.Execute(&page, d.view(dashboardPath+"assets/"+look.assets.Path(static.Stylesheet), problem))
	}
	if err != nil {
		d.core.Logger.ErrorContext(r.Context(), "embedded Clerk can't show its page", slog.Any("error", err))
		http.Error(w, "The embedded Clerk could not show this page.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	// Browsers check each redirect after a form: that of signing in ends in the application.
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "+
		"form-action 'self' "+d.baseURL+" "+strings.Join(d.Origins(), " "))
	if problem != nil {
		w.WriteHeader(http.StatusUnprocessableEntity)
	}
	_, _ = w.Write(page.Bytes()) // the browser may have left
}

func (d *dashboard) serveAsset(w http.ResponseWriter, r *http.Request) {
	look, err := d.look()
	if err != nil {
		http.Error(w, "The embedded Clerk could not make its style sheet.", http.StatusInternalServerError)
		return
	}
	http.StripPrefix(dashboardPath+"assets/", look.assets.Handler()).ServeHTTP(w, r)
}

// act reads a form, acts, and leads back to the page.
func (d *dashboard) act(act func(url.Values) error) http.HandlerFunc {
	return d.lead(func(form url.Values) (string, error) { return "/", act(form) })
}

// lead reads a form, and leads where act says.
func (d *dashboard) lead(act func(url.Values) (location string, err error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxControlBody)
		location, err := "", r.ParseForm()
		if err == nil {
			location, err = act(r.PostForm)
		}
		if err != nil {
			d.show(w, r, err)
			return
		}
		http.Redirect(w, r, location, http.StatusSeeOther)
	}
}

// signIn leads to the sign-in page with a ticket of the user, and from there to the application.
func (d *dashboard) signIn(form url.Values) (location string, err error) {
	token, id := world.NewSecret(), form.Get("user_id")
	err = fmt.Errorf("clerktest: user %q: %w", id, ErrNotFound)
	d.core.Do(func() {
		if u := d.core.World.User(id); u != nil {
			d.core.World.NewTicket("sit_", u, dashboardTicketLifetime).Token, err = token, nil
		}
	})
	return d.SignInURL() + "?" + url.Values{"__clerk_ticket": {token}, "redirect_url": {d.Origins()[0] + "/"}}.Encode(), err
}

func (d *dashboard) advance(form url.Values) error {
	by, err := time.ParseDuration(form.Get("advance"))
	if err != nil {
		return fmt.Errorf("advance the clock: %q is no duration such as 90s, 26h30m or -1h", form.Get("advance"))
	}
	d.clock.Advance(by)
	return nil
}

// fail reads the fields of a fault, as the controls have them. The kind is the name of a field that is true, or "".
func (d *dashboard) fail(form url.Values) error {
	numbers := map[string]int{}
	for _, field := range []string{"status", "times"} {
		n, err := strconv.Atoi(form.Get(field))
		if err != nil && form.Get(field) != "" {
			return fmt.Errorf("field %s: %q is no number", field, form.Get(field))
		}
		numbers[field] = n
	}
	kind := form.Get("kind")
	f, err := faultJSON{Delay: form.Get("delay"), Fault: Fault{
		Operation: strings.TrimSpace(form.Get("operation")), Status: numbers["status"], Times: numbers["times"],
		Cut: kind == "cut", Lose: kind == "lose", Truncate: kind == "truncate", Garbage: kind == "garbage",
	}}.fault()
	if err != nil {
		return err
	}
	d.Fail(f)
	return nil
}
