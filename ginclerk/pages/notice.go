package pages

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/activity"
	"github.com/ginclerk/ginclerk/templates"
)

// A notice on every page asks about sign-ins of the user that came after that of the session and that the user has not confirmed. It
// comes from the journal, so that it costs no request to Clerk.

// entryParameter is the parameter of a route with the id of an entry. That id names no session: see activity.IDOf.
const entryParameter = "entry"

// askedFor is how long ago a sign-in may be that the notice asks about.
const askedFor = 30 * 24 * time.Hour

// newSignIn returns the notice for a request. It is zero where there is nothing to ask, for an impersonator, and where the journal can't
// be read soon.
func (s *Site) newSignIn(c *gin.Context, v voice) templates.NewSignIn {
	auth := ginclerk.From(c)
	if !auth.SignedIn() || !auth.ReadOnlyUntil().IsZero() || auth.Actor != nil || c.Request.Method == http.MethodHead {
		return templates.NewSignIn{}
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), hintTime)
	defer cancel()
	entries, err := s.entriesOf(ctx, c, auth.UserID)
	if err != nil {
		_ = c.Error(err)
		return templates.NewSignIn{}
	}
	asked := unconfirmed(entries, auth.SessionID, signedInAt(auth, entries), v.now)
	if len(asked) == 0 {
		return templates.NewSignIn{}
	}
	newest := asked[0]
	return templates.NewSignIn{
		Device: v.device(newest.Device), Place: v.place(newest.Device), When: v.moment(newest.At).Text,
		ConfirmURL: s.link(c, s.ActivityURL()+"/"+newest.ID+pathAcknowledge), NotMeURL: s.link(c, s.notMeURL(newest.ID)),
		More: len(asked) - 1, MoreURL: s.link(c, withQuery(s.ActivityURL(), wanted{kind: signIns}.query(0))),
	}
}

// unconfirmed returns the sign-ins that the user has to be asked about, the newest first: of other sessions that go on, later than
// since.
func unconfirmed(entries []activity.Entry, ownID string, since, now time.Time) []activity.Entry {
	ended := endedSessions(entries)
	var asked []activity.Entry
	for _, e := range entries {
		if e.Kind == activity.SignedIn && e.SessionID != ownID && !ended[e.SessionID] && !e.Acknowledged &&
			isLater(e, since) && now.Sub(e.At) < askedFor && !endedByJob(entries, e) {
			asked = append(asked, e)
		}
	}
	return asked
}

// isLater reports whether a sign-in came after that of the session of a request, which was at since; zero: it is not known. Only such a
// session is asked about the sign-in and can confirm it: whoever signs in with a stolen password must not answer for the user.
func isLater(e activity.Entry, since time.Time) bool { return !since.IsZero() && e.At.After(since) }

// endedByJob reports whether the user has signed out on all other devices since a sign-in. What the job could not end is on its page. A job
// for all others has left the session that started it.
func endedByJob(entries []activity.Entry, signedIn activity.Entry) bool {
	for _, e := range entries {
		all := e.Kind == activity.SignedOutEverywhere || e.Kind == activity.SignedOutOthers && e.By.SessionID != signedIn.SessionID
		if all && e.By.Agent != activity.Impersonator && e.At.After(signedIn.At) {
			return true
		}
	}
	return false
}

// signedInAt is when the session of a request began: as the journal knows it, else as the token says how long ago the user has proved who
// they are, which was not before that. It is zero if neither says.
func signedInAt(auth *ginclerk.Auth, entries []activity.Entry) time.Time {
	own := activity.IDOf(auth.SessionID)
	for _, e := range entries {
		if e.ID == own {
			return e.At
		}
	}
	first, _, known := auth.Claims.FactorVerificationAge.Minutes()
	if !known || first < 0 || auth.Claims.IssuedAt.IsZero() || first > askedFor.Minutes() {
		return time.Time{}
	}
	return auth.Claims.IssuedAt.Add(-time.Duration(first * float64(time.Minute)))
}

// acknowledge notes that the user has confirmed a sign-in.
func (s *Site) acknowledge(c *gin.Context) {
	about, ok := s.askedAbout(c)
	if !ok {
		return
	}
	if !about.confirmable {
		s.noSuchEntry(c)
		return
	}
	journal, err := s.journal(c)
	if err == nil {
		err = journal.Acknowledge(c.Request.Context(), ginclerk.From(c).UserID, about.entry.ID)
	}
	switch {
	case errors.Is(err, activity.ErrNotFound):
		s.noSuchEntry(c)
	case err != nil:
		_ = c.Error(err)
		p := problemStoreUnavailable(s.voice(c).Text("activity.unavailable"))
		s.failedAction(c, s.ActivityURL(), p, p.Detail)
	case ginclerk.WantsJSON(c):
		s.json(c, http.StatusOK, acknowledgedJSON{Object: "sign_in_acknowledgement", ID: about.entry.ID})
	default:
		s.done(c, s.afterConfirmation(c), "success", s.voice(c).Text("activity.confirmed"))
	}
}

// afterConfirmation is the page on which the form was. That of a sign-in that is not known is done with.
func (s *Site) afterConfirmation(c *gin.Context) string {
	target := s.request(c).Visit.ReturnTo()
	if target == s.notMeURL(c.Param(entryParameter)) {
		return s.ActivityURL()
	}
	return target
}

// showNotMe says what ending the session of an unknown sign-in does and, once it has ended, what else helps.
func (s *Site) showNotMe(c *gin.Context) {
	about, ok := s.askedAbout(c)
	if !ok {
		return
	}
	e, v := about.entry, s.voice(c)
	if ginclerk.WantsJSON(c) {
		s.json(c, http.StatusOK, entryState(e))
		return
	}
	view := templates.NotMeView{
		Device: v.device(e.Device), Place: v.place(e.Device), IP: e.Device.IP, When: v.moment(e.At), Ended: about.ended,
		SignOutURL: s.link(c, s.notMeURL(e.ID)),
		ProfileURL: s.link(c, s.profileURL(c)), EverywhereURL: s.link(c, s.base+pathSignOutEverywhere),
		DevicesURL: s.link(c, s.DevicesURL()), ActivityURL: s.link(c, s.ActivityURL()),
	}
	if about.confirmable {
		view.ConfirmURL = s.link(c, s.ActivityURL()+"/"+e.ID+pathAcknowledge)
	}
	title := v.Text("activity.not-me-title")
	if about.ended {
		title = v.Text("activity.signed-out-title", "device", view.Device)
	}
	view.Page = s.Frame(c, title)
	view.NewSignIn = templates.NewSignIn{} // the page is about it
	s.Render(c, http.StatusOK, s.options.Templates.NotMe(view))
}

// profileURL is where the user changes the password.
func (s *Site) profileURL(c *gin.Context) string {
	if s.options.ProfileURL != "" {
		return s.options.ProfileURL
	}
	return s.request(c).Key.AccountPortal() + "/user"
}

// endNotMe ends the session of a sign-in that the user does not know.
func (s *Site) endNotMe(c *gin.Context) {
	about, ok := s.askedAbout(c)
	if !ok || !mayAsk(c, s.limits.actions) {
		return
	}
	e := about.entry
	if err := s.end(c, e.SessionID); err != nil {
		s.refused(c, s.notMeURL(e.ID), err)
		return
	}
	if ginclerk.WantsJSON(c) {
		s.json(c, http.StatusOK, s.endedState(c, e.SessionID))
		return
	}
	s.seeOther(c, s.notMeURL(e.ID))
}

// signIn is the sign-in that a request names.
type signIn struct {
	entry       activity.Entry
	ended       bool // its session has ended
	confirmable bool // the session of the request is older, so that it can confirm the sign-in
}

// askedAbout returns the sign-in that a request names. The session of the request is none that the user does not know. Where there is no
// such sign-in, the request has been answered.
func (s *Site) askedAbout(c *gin.Context) (about signIn, ok bool) {
	if s.refuseForUser(c) {
		return about, false
	}
	entries, ok := s.entries(c)
	if !ok {
		return about, false
	}
	auth := ginclerk.From(c)
	for _, e := range entries {
		if e.ID == c.Param(entryParameter) && e.Kind == activity.SignedIn && e.SessionID != auth.SessionID {
			return signIn{entry: e, ended: endedSessions(entries)[e.SessionID], confirmable: isLater(e, signedInAt(auth, entries))}, true
		}
	}
	s.noSuchEntry(c)
	return about, false
}

// refuseForUser refuses what only the user can answer to an impersonator, and reports whether it did.
func (s *Site) refuseForUser(c *gin.Context) bool {
	if ginclerk.From(c).Actor == nil {
		return false
	}
	s.clerk.For(c).Answer(c, ginclerk.Problem{
		Status: http.StatusForbidden, Error: "Forbidden", Detail: s.voice(c).Text("activity.only-the-user"), Reason: reasonActing,
		Action: s.ActivityURL(), ActionLabel: s.voice(c).Text("activity.title"),
	})
	return true
}

func (s *Site) noSuchEntry(c *gin.Context) {
	v := s.voice(c)
	s.clerk.For(c).Answer(c, ginclerk.Problem{
		Status: http.StatusNotFound, Error: v.Text("activity.gone"), Detail: v.Text("activity.gone-remedy"), Reason: reasonNoActivity,
		Action: s.ActivityURL(), ActionLabel: v.Text("activity.title"),
	})
}
