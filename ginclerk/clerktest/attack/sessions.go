package attack

import (
	"net/http"
	"net/url"
	"strings"
)

// foreignSessions names sessions of others in forms: nobody may end them, and nobody may become them.
func foreignSessions(r *run) {
	reader := r.reader()
	for _, t := range r.distinct() {
		if t.safe() || t.Clerk {
			continue
		}
		for _, kind := range []string{"application/x-www-form-urlencoded", "application/json"} {
			r.foreign(t, reader, kind)
		}
	}
}

// reader is a page that says who is signed in, if the application has one.
func (r *run) reader() *target {
	for _, t := range r.readable() {
		if !t.Asks && t.insider.status == http.StatusOK && !t.Clerk {
			return t
		}
	}
	return nil
}

// foreign names the session of another user, in their own browser, and then looks who is signed in.
func (r *run) foreign(t *target, reader *target, kind string) {
	other, own := r.newcomer(), r.insider(t)
	if t.Asks {
		return // the victim's own session must last
	}
	id := other.session.ID
	names := []string{"session_id", "session_ids", "session", "id", "sid", "target", "target_session_id"}
	form := url.Values{"account": {other.session.UserID}, "user_id": {other.session.UserID}, "user": {other.session.UserID}, "client_id": {other.browser.ClientID()}}
	text := `{"session_id":"` + id + `"}`
	for _, name := range names {
		form.Set(name, id)
	}
	h := r.ownForm("Cookie", own.cookie())
	if kind == "application/json" {
		h = header("Content-Type", kind, "Accept", "application/json", "Origin", r.server.Origins()[0], "Sec-Fetch-Site", "same-origin", "Sec-Fetch-Dest", "empty", "Cookie", own.cookie())
	} else {
		text = form.Encode()
	}
	at := t.target(id)
	got := r.send(request{method: t.Method, target: at, header: h, body: strings.NewReader(text), hasty: true})
	describe := func(variant, why string, got answer) {
		r.found(finding{
			kind: "foreign session", variant: variant, route: t.name(), sent: "the id of a session of another user, as a signed-in user", got: got.String(), why: why,
			remedy: "take sessions by id through ginclerk.Clerk.Sessions and SwitchSession, which know whose they are",
		})
	}
	if now, err := r.server.Session(id); err != nil || now.Status != "active" {
		describe("ended", "a user ends the sessions of others", got)
		return
	}
	if got.says(other.session.UserID) || got.says(other.email) {
		describe("told", "a user learns whose a session is", got)
	}
	if reader == nil {
		return
	}
	jar := own.cookies()
	for _, set := range got.cookies() {
		if set.MaxAge >= 0 && set.Value != "" {
			jar = append([]*http.Cookie{set}, jar...)
		}
	}
	if after := r.send(request{method: reader.Method, target: reader.path, header: r.navigation("Cookie", joined(jar))}); after.tells(other, reader.stranger) {
		describe("taken over", "a user becomes another one, or makes somebody's browser theirs", after)
	}
}
