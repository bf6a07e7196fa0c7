package pages

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/devicelist"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
)

const (
	// devicesPerPage is how many devices a page shows: not more than six screens of a phone. The next page has the next ones.
	devicesPerPage = 20
	// devicesPerAnswer is how many sessions a program gets at once.
	devicesPerAnswer = 100
	// signInsShown is how many sign-ins of the same device a row has.
	signInsShown = 3
)

func (s *Site) showDevices(c *gin.Context) {
	query, err := readDeviceQuery(c.Request.URL.Query())
	if err != nil {
		s.noSuchDevicePage(c, err)
		return
	}
	sessions, err := s.devices(c)
	if err != nil {
		s.failed(c, err)
		return
	}
	s.learn(c, sessions)
	list := s.listDevices(c, sessions, query)
	if ginclerk.WantsJSON(c) {
		s.jsonDevices(c, list)
		return
	}
	s.renderDevices(c, list)
}

// devices returns the active sessions of the user, this one first. A list without this session may lag behind. Then Clerk is
// asked about the session itself: only that answer says whether it has ended.
func (s *Site) devices(c *gin.Context) ([]session.Session, error) {
	auth := ginclerk.From(c)
	sessions, err := s.clerk.For(c).Sessions().ForUser(c.Request.Context(), auth.UserID, auth.SessionID)
	if err != nil || len(sessions) > 0 && sessions[0].ID == auth.SessionID {
		return sessions, err
	}
	own, err := s.own(c)
	if err != nil {
		return nil, err
	}
	return append([]session.Session{own}, sessions...), nil
}

// deviceList is what a page shows of a user's sessions.
type deviceList struct {
	query    deviceQuery
	sessions []session.Session // all of the user
	marks    []devicelist.Marks
	entries  []devicelist.Entry // all of the user
	now      time.Time
}

// listDevices has the sessions of a user with what a query needs to know of each.
func (s *Site) listDevices(c *gin.Context, sessions []session.Session, query deviceQuery) deviceList {
	v := s.voice(c)
	list := deviceList{query: query, sessions: sessions, now: v.now, entries: make([]devicelist.Entry, len(sessions))}
	list.marks = devicelist.Mark(sessions, ginclerk.From(c).SessionID, v.now)
	names := s.deviceNames(c)
	for i := range sessions {
		one := &sessions[i]
		entry := devicelist.Entry{Session: one, Marks: list.marks[i], Name: names[one.ID]}
		if query.Search != "" || query.Order == devicelist.ByLocation {
			entry.Place = v.place(one.Device)
			entry.Words = entry.Name + "\n" + v.device(one.Device) + "\n" + entry.Place + "\n" + one.Device.Country + "\n" + one.Device.IP
		}
		list.entries[i] = entry
	}
	return list
}

// rows are the devices that match the query.
func (l deviceList) rows() []devicelist.Row { return devicelist.Rows(l.entries, l.query.Query, l.now) }

// find returns the entry of a session of the user.
func (l deviceList) find(sessionID string) (devicelist.Entry, bool) {
	i := slices.IndexFunc(l.sessions, func(one session.Session) bool { return one.ID == sessionID })
	if i < 0 {
		return devicelist.Entry{}, false
	}
	return l.entries[i], true
}

// withinPages returns an offset that is not beyond the last page of so many elements: a list may have become shorter.
func withinPages(offset, all, size int) int { return max(min(offset, (all-1)/size*size), 0) }

// part returns the elements of one page.
func part[E any](all []E, offset, size int) []E {
	from := min(offset, len(all))
	return all[from:min(from+size, len(all))]
}

// othersToEnd counts the sessions that the signed-in person may end, without the current one.
func (s *Site) othersToEnd(auth *ginclerk.Auth, sessions []session.Session) (n int) {
	for i := range sessions {
		if sessions[i].ID != auth.SessionID && s.mayEnd(auth, sessions[i]) {
			n++
		}
	}
	return n
}

// hintTime is how long a page waits for the store to return what the page can do without.
const hintTime = 200 * time.Millisecond

// latest returns the user's latest job if it still runs or could not end every session.
func (s *Site) latest(c *gin.Context) (signout.Job, bool) {
	job, found := hinted(c, func(ctx context.Context) (signout.Job, error) { return s.latestJob(ctx, c) })
	return job, found && !job.Complete()
}

// hinted returns a job that a page can do without: soon, or not at all. The page does not fail because the job is missing.
func hinted(c *gin.Context, read func(context.Context) (signout.Job, error)) (job signout.Job, found bool) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), hintTime)
	defer cancel()
	job, err := read(ctx)
	if err != nil && !errors.Is(err, signout.ErrNotFound) {
		_ = c.Error(err)
	}
	return job, err == nil
}

func (s *Site) jsonDevices(c *gin.Context, list deviceList) {
	matching := devicelist.Matching(list.entries, list.query.Query, list.now)
	state := devicesJSON{Data: []deviceJSON{}, TotalCount: len(matching)}
	for _, entry := range part(matching, list.query.offset, devicesPerAnswer) {
		state.Data = append(state.Data, deviceState(entry, ginclerk.From(c).SessionID))
	}
	if job, found := s.latest(c); found {
		state.SignOut = new(s.signOutState(c, job, true))
	}
	s.json(c, http.StatusOK, state)
}

// deviceNamed names a session in a sentence, such as "Edge on Windows, Toronto, Canada".
func (v voice) deviceNamed(one *session.Session, name string) string {
	device, place := cmp.Or(name, v.device(one.Device)), v.place(one.Device)
	if place == "" {
		return device
	}
	return v.Text("devices.device-place", "device", device, "place", place)
}
