package pages

import (
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/activity"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/templates"
)

// activityRow describes an entry to the user.
func (v voice) activityRow(e activity.Entry, currentID string) templates.ActivityRow {
	row := templates.ActivityRow{
		ID: e.ID, What: v.whatHappened(e), Grave: grave(e), By: v.doneBy(e),
		At: v.moment(e.At), Clock: v.Time(e.At.In(v.zone)), Current: e.Kind == activity.SignedIn && e.SessionID == currentID,
	}
	if e.SessionID != "" {
		row.Device, row.Place, row.IP, row.Mobile = v.device(e.Device), v.place(e.Device), e.Device.IP, e.Device.Mobile
	}
	return row
}

// whatHappened says what happened.
func (v voice) whatHappened(e activity.Entry) string {
	switch e.Kind {
	case activity.SessionEnded:
		return v.Text(endedBecause(e.Reason))
	case activity.SignedOutSelected:
		return v.Text("activity.signed-out-selected", "count", e.Count)
	default:
		return v.Text("activity." + strings.ReplaceAll(string(e.Kind), "_", "-"))
	}
}

// endedBecause is the key of the sentence about a session that Clerk has ended.
func endedBecause(why session.Status) string {
	switch why {
	case session.Expired, session.Abandoned, session.Replaced:
		return "activity." + string(why)
	default:
		return "activity.ended"
	}
}

// doneBy says who did it and from where; empty where that says nothing new.
func (v voice) doneBy(e activity.Entry) string {
	switch by := e.By; by.Agent {
	case activity.Administrator:
		return v.Text("activity.by-administrator")
	case activity.Impersonator:
		return v.Text("activity.by-impersonator", "id", v.actorName(by.ID))
	case activity.Application:
		return v.Text("activity.by-application")
	case activity.User:
		return v.fromDevice(e)
	default:
		if e.Kind == activity.SignedOut {
			return v.Text("activity.by-unknown")
		}
		return ""
	}
}

// fromDevice says on which device the user did it, if that is another one than the session's.
func (v voice) fromDevice(e activity.Entry) string {
	switch by := e.By; {
	case by.SessionID == e.SessionID:
		return ""
	case by.Device.Type != "" || by.Device.Browser != "":
		return v.Text("activity.by-device", "device", v.device(by.Device))
	case e.SessionID != "":
		return v.Text("activity.by-other-device")
	default:
		return ""
	}
}

// grave reports whether a person should look at an entry.
func grave(e activity.Entry) bool {
	switch e.Kind {
	case activity.PasswordChanged, activity.MFADisabled, activity.ContactsChanged, activity.Locked, activity.Banned:
		return true
	default:
		return e.Kind == activity.SignedIn && e.By.Agent == activity.Impersonator
	}
}
