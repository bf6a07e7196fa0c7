package ginclerk

import (
	"fmt"
	"html"
	"strings"

	"github.com/gin-gonic/gin"
)

// plainProblemPage writes a problem as a page where the application mounts no pages. It uses no template: html/template calls
// methods by their names, so that Go's linker keeps every method of every type, which made a program with Gin 8.4 MB larger
// (18.7 MB instead of 27.1, November 2026).
func plainProblemPage(c *gin.Context, p Problem) {
	c.Header("Content-Type", "text/html; charset=utf-8")
	c.Status(p.Status)
	text := html.EscapeString
	action := ""
	if p.Action != "" && followable(p.Action) {
		action = `<p><a href="` + text(p.Action) + `">` + text(p.ActionLabel) + `</a></p>`
	}
	if _, err := fmt.Fprintf(c.Writer, plainProblem,
		text(p.Error), text(p.Detail), text(p.Remedy), action, p.Status, text(string(p.Reason))); err != nil {
		_ = c.Error(err)
	}
}

// followable reports whether an address has no scheme, or one of the web's: a link must not run a script.
func followable(address string) bool {
	scheme, _, found := strings.Cut(address, ":")
	return !found || strings.ContainsAny(scheme, "/?#") || strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "http")
}

const plainProblem = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>%[1]s</title></head>
<body><main><h1>%[1]s</h1><p>%[2]s</p><p>%[3]s</p>
%[4]s
<p><small>%[5]d %[6]s</small></p></main></body>
</html>
`
