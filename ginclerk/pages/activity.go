package pages

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/activity"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
	"github.com/ginclerk/ginclerk/templates"
)

// activityPerPage is how many entries a page shows.
const activityPerPage = 20

// Query parameters of the page of activity, beside offset.
const (
	kindParameter = "kind" // a group of kinds, or a kind
	dayParameter  = "day"  // a date, such as 2026-11-24, in the time zone of the visitor
)

// The groups of kinds that the page can show.
const (
	signIns  = "sign_ins"
	signOuts = "sign_outs"
	changes  = "changes"
)

// errFilter is the error of parameters that choose no entries.
var errFilter = errors.New("the parameter kind, day or offset is wrong")

// wanted says which entries of the activity a request asks for.
type wanted struct {
	kind   string
	day    time.Time // zero: all days
	offset int
}

// readWanted reads the parameters of a request. Days are those of the visitor's time zone.
func readWanted(query url.Values, zone *time.Location) (wanted, error) {
	w := wanted{kind: query.Get(kindParameter)}
	if w.kind != "" && !slices.Contains([]string{signIns, signOuts, changes}, w.kind) && !slices.Contains(activity.Kinds(), activity.Kind(w.kind)) {
		return w, errFilter
	}
	if text := query.Get(dayParameter); text != "" {
		day, err := time.ParseInLocation(time.DateOnly, text, zone)
		if err != nil {
			return w, errFilter
		}
		w.day = day
	}
	if text := query.Get(offsetParameter); text != "" {
		offset, err := strconv.Atoi(text)
		if err != nil || offset < 0 {
			return w, errFilter
		}
		w.offset = offset
	}
	return w, nil
}

// filtered reports whether the request asks for some of the entries only.
func (w wanted) filtered() bool { return w.kind != "" || !w.day.IsZero() }

// of returns the entries that the request asks for, of all pages.
func (w wanted) of(entries []activity.Entry) []activity.Entry {
	return slices.DeleteFunc(slices.Clone(entries), func(e activity.Entry) bool {
		return !w.hasKind(e.Kind) || !w.hasDay(e.At)
	})
}

func (w wanted) hasKind(kind activity.Kind) bool {
	return w.kind == "" || w.kind == string(kind) || w.kind == groupOf(kind)
}

func (w wanted) hasDay(at time.Time) bool {
	return w.day.IsZero() || !at.Before(w.day) && at.Before(w.day.AddDate(0, 0, 1))
}

// page returns the entries of one page. An offset beyond the last entry is that of the last page.
func (w wanted) page(entries []activity.Entry) (shown []activity.Entry, offset int) {
	offset = withinPages(w.offset, len(entries), activityPerPage)
	return part(entries, offset, activityPerPage), offset
}

// query returns the parameters with another offset.
func (w wanted) query(offset int) string {
	values := url.Values{}
	if w.kind != "" {
		values.Set(kindParameter, w.kind)
	}
	if !w.day.IsZero() {
		values.Set(dayParameter, w.day.Format(time.DateOnly))
	}
	if offset > 0 {
		values.Set(offsetParameter, strconv.Itoa(offset))
	}
	return values.Encode()
}

// groupOf returns the group of a kind.
func groupOf(kind activity.Kind) string {
	switch kind {
	case activity.SignedIn:
		return signIns
	case activity.SignedOut, activity.SessionEnded, activity.SignedOutEverywhere, activity.SignedOutOthers, activity.SignedOutSelected:
		return signOuts
	default:
		return changes
	}
}

// Activity returns the journal of what happens to the accounts of users. The pages show it and record what is done on them. Have
// webhooks recorded, too, for they alone tell of sign-ins when they happen:
//
//	webhook.New(webhook.Config{Activity: site.Activity(clerk), …})
//
// The Clerk is the one of the pages; where that is of [ginclerk.NewTenants], it is a tenant's ([ginclerk.Clerk.For]). The journal is nil
// for a Clerk that stands for many tenants. [ginclerk.Clerk.Close] waits until Options.OnActivity was told of every entry.
func (s *Site) Activity(clerk *ginclerk.Clerk) *activity.Journal {
	core := ginclerk.UsePages(clerk, ginclerk.Pages{}).Core
	if core == nil {
		return nil
	}
	journal, err := s.journalOf(core)
	if err != nil { // Mount would have returned it
		return nil
	}
	return journal
}

// showActivity shows what happened lately to the account.
func (s *Site) showActivity(c *gin.Context) {
	v := s.voice(c)
	w, err := readWanted(c.Request.URL.Query(), v.zone)
	if err != nil {
		s.clerk.For(c).Answer(c, ginclerk.Problem{
			Status: http.StatusBadRequest, Error: "Bad request", Reason: reason.BadRequest, Detail: v.Text("activity.bad-filter"),
			Action: s.ActivityURL(), ActionLabel: v.Text("activity.title"),
		})
		return
	}
	entries, ok := s.entries(c)
	if !ok {
		return
	}
	found := w.of(entries)
	shown, offset := w.page(found)
	if ginclerk.WantsJSON(c) {
		s.json(c, http.StatusOK, activityState(shown, len(found)))
		return
	}
	view := templates.ActivityView{
		Page: s.Frame(c, v.Text("activity.title")), Days: s.activityDays(c, v, shown, entries), Count: v.Text("activity.count", "count", len(found)),
		FilterURL: s.link(c, s.ActivityURL()), Kinds: v.kindChoices(w.kind), LastDay: v.now.In(v.zone).Format(time.DateOnly),
		Recent: s.recentDays(c, v, w), DownloadURL: s.link(c, s.ActivityURL()+pathActivityFile),
	}
	if w.filtered() {
		view.AllURL = s.link(c, s.ActivityURL())
	}
	if !w.day.IsZero() {
		view.Day = w.day.Format(time.DateOnly)
	}
	if offset > 0 {
		view.Newer = templates.Link{Label: v.Text("activity.newer"), URL: s.link(c, withQuery(s.ActivityURL(), w.query(offset-activityPerPage)))}
	}
	if offset+len(shown) < len(found) {
		view.Older = templates.Link{Label: v.Text("activity.older"), URL: s.link(c, withQuery(s.ActivityURL(), w.query(offset+activityPerPage)))}
	}
	s.Render(c, http.StatusOK, s.options.Templates.Activity(view))
}

// entries returns the activity of the user. Where it can't be read, the request has been answered.
func (s *Site) entries(c *gin.Context) ([]activity.Entry, bool) {
	entries, err := s.entriesOf(c.Request.Context(), c, ginclerk.From(c).UserID)
	if err != nil {
		_ = c.Error(err)
		s.clerk.For(c).Answer(c, problemStoreUnavailable(s.voice(c).Text("activity.unavailable")))
		return nil, false
	}
	return entries, true
}

// entriesOf returns the activity of a user of the request's instance.
func (s *Site) entriesOf(ctx context.Context, c *gin.Context, userID string) ([]activity.Entry, error) {
	journal, err := s.journal(c) //nolint:contextcheck // the journal goes on until it is closed
	if err != nil {
		return nil, err
	}
	return journal.Entries(ctx, userID)
}

// kindChoices are the groups of kinds. A kind that a program may ask for is no choice, and then none is chosen.
func (v voice) kindChoices(chosen string) []templates.Choice {
	choices := []templates.Choice{
		{Value: "", Label: v.Text("activity.all")},
		{Value: signIns, Label: v.Text("activity.sign-ins")},
		{Value: signOuts, Label: v.Text("activity.sign-outs")},
		{Value: changes, Label: v.Text("activity.changes")},
	}
	for i := range choices {
		choices[i].Chosen = choices[i].Value == chosen
	}
	return choices
}

// recentDays are links to the last eight days: the same weekday of last week is one of them.
func (s *Site) recentDays(c *gin.Context, v voice, w wanted) []templates.Link {
	const days = 8
	today := v.now.In(v.zone)
	links := make([]templates.Link, 0, days)
	for back := range days {
		day := today.AddDate(0, 0, -back)
		label := v.Weekday(day)
		switch back {
		case 0:
			label = v.Text("activity.today")
		case 1:
			label = v.Text("activity.yesterday")
		case days - 1:
			label = v.Text("activity.last-weekday", "weekday", label)
		}
		links = append(links, templates.Link{Label: label, URL: s.link(c, withQuery(s.ActivityURL(), wanted{kind: w.kind, day: day}.query(0)))})
	}
	return links
}

// activityDays groups entries by the day on which they happened. All are the entries that say which sessions have ended.
func (s *Site) activityDays(c *gin.Context, v voice, shown, all []activity.Entry) []templates.ActivityDay {
	auth := ginclerk.From(c)
	ended := endedSessions(all)
	var days []templates.ActivityDay
	for _, e := range shown {
		row := v.activityRow(e, auth.SessionID)
		if e.Kind == activity.SignedIn && !row.Current && !ended[e.SessionID] && auth.Actor == nil {
			row.NotMeURL = s.link(c, s.notMeURL(e.ID))
		}
		days = appendRow(days, v.FullDate(e.At.In(v.zone)), row)
	}
	return days
}

// endedSessions are the sessions that have ended, as far as it is recorded.
func endedSessions(entries []activity.Entry) map[string]bool {
	ended := make(map[string]bool)
	for _, e := range entries {
		if e.Kind == activity.SignedOut || e.Kind == activity.SessionEnded || e.Ended {
			ended[e.SessionID] = true
		}
	}
	return ended
}

// journal returns the journal for a request.
func (s *Site) journal(c *gin.Context) (*activity.Journal, error) {
	return s.journalOf(s.access.Request(c).Core())
}

// journalTime is how long an action waits for its entry. The action is done, whether or not it is recorded.
const journalTime = time.Second

// newJournal makes the journal of an instance.
func (s *Site) newJournal(core *serving.Core) (*activity.Journal, error) {
	return activity.New(activity.Config{
		Store: core.Parts.Records, Instance: core.Key.FrontendAPI(), Sessions: core.Source, Recorded: s.options.OnActivity,
		Forgotten: func(ctx context.Context, userID string) error { return namesOf(core).Forget(ctx, userID) },
		Now:       core.Now, Logger: core.Logger,
	})
}
