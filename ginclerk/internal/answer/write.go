package answer

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"strconv"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// Page writes a problem as a page: a complete response.
type Page func(p Problem)

// Write writes a problem: as a page to a navigation, where nil means a plain one, and as problem JSON (RFC 9457) with a member "error"
// to everything else.
func Write(w http.ResponseWriter, kind visit.Kind, p Problem, page Page) error {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	if p.Status == http.StatusUnauthorized {
		header.Set("Www-Authenticate", "Bearer") // RFC 9110, section 15.5.2
	}
	if p.RetryAfter > 0 {
		header.Set("Retry-After", strconv.FormatInt(WholeSeconds(p.RetryAfter), 10))
	}
	switch {
	case kind != visit.Page:
		return writeJSON(w, p)
	case page == nil:
		return writePlain(w, p)
	default:
		page(p)
		return nil
	}
}

type problemJSON struct {
	Type   string       `json:"type"`
	Title  string       `json:"title"`
	Status int          `json:"status"`
	Error  string       `json:"error"`
	Detail string       `json:"detail,omitempty"`
	Reason authn.Reason `json:"reason,omitempty"`
	Action string       `json:"action,omitempty"` // address of a page where a person does what is needed

	ClerkError any `json:"clerk_error,omitempty"`
}

func writeJSON(w http.ResponseWriter, p Problem) error {
	body, err := json.Marshal(problemJSON{
		Type: "about:blank", Title: http.StatusText(p.Status), Status: p.Status,
		Error: p.Error, Detail: p.Detail, Reason: p.Reason, Action: p.Action, ClerkError: p.ClerkError,
	})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_, err = w.Write(body)
	return err
}

// writePlain writes a page for applications that mount no pages. It uses no template: html/template calls methods by their names, so
// that Go's linker keeps every method of every type, which made a program with Gin 8.4 MB larger (18.7 MB instead of 27.1, November
// 2026).
func writePlain(w http.ResponseWriter, p Problem) error {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(p.Status)
	text := html.EscapeString
	action := ""
	if p.Action != "" && followable(p.Action) {
		action = `<p><a href="` + text(p.Action) + `">` + text(p.ActionLabel) + `</a></p>`
	}
	_, err := fmt.Fprintf(w, plainPage, text(p.Error), text(p.Detail), text(p.Remedy), action, p.Status, text(string(p.Reason)))
	return err
}

// followable reports whether an address has no scheme, or one of the web's: a link must not run a script.
func followable(address string) bool {
	scheme, _, found := strings.Cut(address, ":")
	return !found || strings.ContainsAny(scheme, "/?#") || strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "http")
}

const plainPage = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>%[1]s</title></head>
<body><main><h1>%[1]s</h1><p>%[2]s</p><p>%[3]s</p>
%[4]s
<p><small>%[5]d %[6]s</small></p></main></body>
</html>
`
