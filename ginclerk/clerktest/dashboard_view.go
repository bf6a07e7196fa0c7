package clerktest

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// maxShown is how many users, and how many webhook messages, the page shows: the newest.
const maxShown = 100

// dashboardView is everything on the page.
type dashboardView struct {
	Stylesheet, Problem, Kind, Application, Now string
	Users                                       []dashboardUser
	MoreUsers                                   int
	Codes                                       []dashboardCode
	Webhooks                                    []Webhook
	Messages                                    []dashboardMessage // the newest first
	Faults                                      []string
	Operations                                  []string // that the application has called
}

type dashboardUser struct {
	ID, Name, Email, Initial, Password, Note string
	Sessions                                 []dashboardSession // the signed-in ones, the newest first
}

type dashboardSession struct{ ID, Device, Status, Organization, Used string }

type dashboardCode struct{ Address, For, Code, State string }

type dashboardMessage struct{ ID, Event, To, Status, At, Answer string }

func (d *dashboard) view(stylesheet string, problem error) dashboardView {
	v := dashboardView{
		Stylesheet: stylesheet, Kind: string(d.core.Key.Type()), Application: d.Origins()[0], Now: moment(d.clock.Now()),
		Webhooks: d.Webhooks(), Messages: d.shownMessages(), Operations: slices.Sorted(maps.Keys(d.Calls())),
	}
	if problem != nil {
		v.Problem = strings.TrimPrefix(problem.Error(), "clerktest: ")
	}
	for _, f := range d.FaultsLeft() {
		v.Faults = append(v.Faults, f.words())
	}
	d.core.Do(func() {
		users := d.core.World.Users()
		slices.Reverse(users)
		v.MoreUsers = max(0, len(users)-maxShown)
		for _, u := range users[v.MoreUsers:] {
			v.Users = append(v.Users, d.shownUser(u))
		}
		for _, c := range d.core.World.Clients() {
			v.Codes = append(v.Codes, codesOf(c, d.core.World.Now())...)
		}
	})
	return v
}

func (d *dashboard) shownUser(u *world.User) dashboardUser {
	out := dashboardUser{ID: u.ID, Name: u.FullName(), Email: u.PrimaryEmail()}
	for _, r := range out.Name {
		out.Initial = strings.ToUpper(string(r))
		break
	}
	if i := slices.IndexFunc(d.seeded, func(s SeededUser) bool { return s.ID == u.ID }); i >= 0 {
		out.Password, out.Note = d.seeded[i].Password, d.seeded[i].Note
	}
	for _, s := range d.core.World.SessionsOf(u.ID) {
		if !s.SignedIn() {
			continue
		}
		shown := dashboardSession{ID: s.ID, Device: deviceOf(s.Activity), Used: moment(s.LastActiveAt)}
		if s.Status != world.StatusActive {
			shown.Status = string(s.Status)
		}
		if o := d.core.World.Organization(s.OrganizationID); o != nil {
			shown.Organization = o.Name
		}
		out.Sessions = append(out.Sessions, shown)
	}
	return out
}

func deviceOf(a world.Activity) string {
	device := strings.Join(slices.DeleteFunc([]string{a.BrowserName, a.DeviceType}, func(s string) bool { return s == "" }), " on ")
	if device == "" {
		device = "Unknown device"
	}
	for _, place := range []string{a.City, a.Country, a.IPAddress} {
		if place != "" {
			device += ", " + place
		}
	}
	return device
}

// codesOf returns the codes that a client's attempts have sent.
func codesOf(c *world.Client, now time.Time) (codes []dashboardCode) {
	add := func(address, purpose string, v world.Verification) {
		if v.ExpireAt.IsZero() || v.Status == "" {
			return
		}
		state := v.Status
		if state == "unverified" {
			state = "waits until " + moment(v.ExpireAt)
		}
		if state != "verified" && !now.Before(v.ExpireAt) {
			state = "expired"
		}
		codes = append(codes, dashboardCode{Address: address, For: purpose, Code: world.TestCode, State: state})
	}
	if c.SignIn != nil {
		add(c.SignIn.Identifier, "sign-in", c.SignIn.FirstFactor)
	}
	if c.SignUp != nil {
		add(c.SignUp.Email, "sign-up", c.SignUp.EmailVerification)
		add(c.SignUp.Phone, "sign-up", c.SignUp.PhoneVerification)
	}
	for _, s := range c.SignedIn() {
		if s.Reverification != nil {
			add(s.User.PrimaryEmail(), "verification of a session", s.Reverification.FirstFactor)
		}
	}
	return codes
}

func (d *dashboard) shownMessages() (shown []dashboardMessage) {
	urls := map[string]string{}
	for _, w := range d.Webhooks() {
		urls[w.ID] = w.URL
	}
	all := d.WebhookMessages()
	all = all[max(0, len(all)-maxShown):]
	for _, m := range slices.Backward(all) {
		out := dashboardMessage{ID: m.ID, Event: m.Event, To: urls[m.WebhookID], Status: m.Status, At: moment(m.CreatedAt)}
		if n := len(m.Attempts); n > 0 {
			last := m.Attempts[n-1]
			out.Answer = fmt.Sprintf("attempt %d: %d %s", n, last.Status, http.StatusText(last.Status))
			if err := last.Err; err != nil {
				if request, ok := errors.AsType[*url.Error](err); ok {
					err = request.Err // the address has a column of its own
				}
				out.Answer = fmt.Sprintf("attempt %d: %v", n, err)
			}
		}
		shown = append(shown, out)
	}
	return shown
}

// words says what a fault does.
func (f Fault) words() string {
	what := fmt.Sprintf("status %d", f.Status)
	switch {
	case f.Cut:
		what = "no answer"
	case f.Lose:
		what = "takes effect, then no answer"
	case f.Truncate:
		what = "half an answer"
	case f.Garbage:
		what = "no JSON"
	case f.Status == 0 && f.Delay > 0:
		what = "slow"
	case f.Status == 0:
		what = "status 503"
	}
	if f.Delay > 0 {
		what += ", after " + f.Delay.String()
	}
	times := "always"
	if f.Times > 0 {
		times = fmt.Sprintf("%d times", f.Times)
	}
	operation := f.Operation
	if operation == "" {
		operation = "Every operation"
	}
	return operation + ": " + what + ", " + times
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
