package attack

import (
	"net/url"
	"strings"
)

// forgedLine is what an attacker would have the log say.
const forgedLine = "level=ERROR msg=forged-by-attack"

// logs sends line breaks wherever they may get into the log.
func logs(r *run) {
	if r.options.Log == nil {
		return
	}
	broken := "x\n" + forgedLine + "\r\x1b[31m\u2028" + forgedLine
	escaped := url.PathEscape(broken)
	t := split(r.victim.bearer())
	for _, target := range r.distinct() {
		before := len(r.options.Log())
		for _, q := range []request{
			{target: target.path + "?redirect_url=" + escaped + "&x=" + escaped, header: r.navigation("Cookie", known)},
			{target: target.target(escaped), header: r.navigation("Cookie", known)},
			{target: target.path + "/" + escaped, header: program()},
			{target: target.path, header: program("Authorization", "Bearer "+t.headed("kid", broken)+"."+t.payload+"."+t.mark)},
			{target: target.path, header: program("Authorization", "Bearer "+t.headed("alg", broken)+"."+t.payload+"."+t.mark)},
			{target: target.path, header: program("Authorization", "Bearer "+t.headed()+"."+encoded(map[string]any{"iss": broken, "azp": broken, "sid": broken, "sub": broken})+"."+t.mark)},
			{target: target.path, header: r.navigation("Cookie", "__session="+escaped+"; __clerk_db_jwt="+escaped+"; __client_uat=1")},
			{target: target.path, header: r.ownForm("Cookie", known), body: strings.NewReader("a=" + escaped + "&session_id=" + escaped)},
			{target: target.path, header: r.navigation("User-Agent", "x"+forgedLine+"\u2028", "Cookie", known)},
		} {
			q.method = target.Method
			r.send(q)
		}
		r.logged(target, r.options.Log()[before:])
	}
}

func (r *run) logged(t *target, text string) {
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, forgedLine) || strings.Contains(line, "\r") || strings.Contains(line, "\x1b[31m") {
			r.found(finding{
				kind: "log", route: t.name(), sent: "line breaks and control characters in the path, the query, cookies and tokens", got: "the line " + shortened(line),
				why: "the log says what did not happen, and a terminal that shows it does what it says", remedy: "log with slog, whose handlers quote text, or with %q",
			})
			return
		}
	}
}

// secretsInLog looks for what was sent and must not be written down. It stands at the end, when all has been sent.
func secretsInLog(r *run) {
	if r.options.Log == nil {
		return
	}
	text := r.options.Log()
	for _, name := range sortedNames(r.secrets) {
		if secret := r.secrets[name]; len(secret) > 16 && strings.Contains(text, secret) {
			r.found(finding{
				kind: "log", variant: "a secret", route: "the application", sent: name, got: "a log that has it",
				why: "whoever reads the log is that user until it expires", remedy: "log no cookies, no headers and no addresses as they are: see ginclerk.MaskTarget",
			})
		}
	}
}
