package templates_test

import (
	"github.com/ginclerk/ginclerk/templates"
	"github.com/ginclerk/ginclerk/templates/internal/pagetest"
)

func newSignIn() templates.NewSignIn {
	return templates.NewSignIn{
		Device: "Edge 139 on Windows", Place: "Toronto, Canada", When: "12 minutes ago",
		ConfirmURL: "/sessions/activity/1/acknowledge", NotMeURL: "/sessions/activity/1/not-me",
	}
}

func activityDays() []templates.ActivityDay {
	moment := func(text, clock, day string) templates.Time {
		return templates.Time{Text: text, Full: day + ", " + clock + " UTC", RFC3339: "2026-03-12T14:05:00Z"}
	}
	const today, before = "Thursday, March 12, 2026", "Tuesday, March 10, 2026"
	return []templates.ActivityDay{
		{Title: today, Entries: []templates.ActivityRow{
			{
				ID: "1", What: "Signed in", Device: "Edge 139 on Windows", Place: "Toronto, Canada", IP: "192.0.2.14", Clock: "1:53 pm",
				At: moment("12 minutes ago", "1:53 pm", today), NotMeURL: "/sessions/activity/1/not-me",
			},
			{
				ID: "2", What: "Signed out", Device: "Safari 18 on iPhone", Place: "Lisbon, Portugal", IP: "203.0.113.77", Mobile: true,
				By: "From Chrome 140 on Macintosh", Clock: "9:12 am", At: moment("5 hours ago", "9:12 am", today),
			},
			{
				ID: "3", What: "Signed in", Device: "Chrome 140 on Macintosh", Place: "Berlin, Germany", IP: "198.51.100.23", Clock: "8:40 am",
				At: moment("5 hours ago", "8:40 am", today), Current: true,
			},
		}},
		{Title: before, Entries: []templates.ActivityRow{
			{ID: "4", What: "Password changed", Grave: true, Clock: "6:20 pm", At: moment("2 days ago", "6:20 pm", before)},
			{ID: "5", What: "Signed out on all other devices", By: "By an administrator", Clock: "6:18 pm", At: moment("2 days ago", "6:18 pm", before)},
			{ID: "6", What: "Signed in", Grave: true, Device: "Unknown device", By: "By user_2supportStaff, who acted as this account", Clock: "7:01 am", At: moment("2 days ago", "7:01 am", before)},
		}},
	}
}

func activityCases() []pagetest.Case {
	view := templates.ActivityView{
		Page: pagetest.Page("Activity", "nav-activity", pagetest.Ada()), Days: activityDays(), Count: "31 entries", FilterURL: "/sessions/activity",
		Kinds:   []templates.Choice{{Label: "Everything", Chosen: true}, {Value: "sign_ins", Label: "Sign-ins"}, {Value: "sign_outs", Label: "Sign-outs"}},
		LastDay: "2026-03-12", DownloadURL: "/sessions/activity/export.csv",
		Recent: []templates.Link{{Label: "Today", URL: "/sessions/activity?day=2026-03-12"}, {Label: "Yesterday", URL: "/sessions/activity?day=2026-03-11"}, {Label: "Tuesday", URL: "/sessions/activity?day=2026-03-10"}},
		Older:  templates.Link{Label: "Older", URL: "/sessions/activity?offset=25"},
	}
	view.NewSignIn = newSignIn()
	empty := view
	empty.Days, empty.Older, empty.Count, empty.NewSignIn = nil, templates.Link{}, "0 entries", templates.NewSignIn{}
	filtered := empty
	filtered.Day, filtered.AllURL = "2026-03-10", "/sessions/activity"
	notMe := templates.NotMeView{
		Page: pagetest.Page("Don’t recognize this sign-in?", "", pagetest.Ada()), Device: "Edge 139 on Windows", Place: "Toronto, Canada", IP: "192.0.2.14",
		When:       templates.Time{Text: "12 minutes ago", Full: "Thursday, March 12, 2026, 1:53 pm UTC", RFC3339: "2026-03-12T13:53:00Z"},
		SignOutURL: "/sessions/activity/1/not-me", ConfirmURL: "/sessions/activity/1/acknowledge", ProfileURL: "https://accounts.example.com/user",
		EverywhereURL: "/sessions/sign-out-everywhere", DevicesURL: "/sessions/devices", ActivityURL: "/sessions/activity",
	}
	ended := notMe
	ended.Page, ended.Ended = pagetest.Page("Signed out: Edge 139 on Windows", "", pagetest.Ada()), true
	stoppable := acting()
	stoppable.StopActingURL = "/sessions/sign-out"
	stop := view
	stop.Page = pagetest.Page("Activity", "nav-activity", stoppable)
	return []pagetest.Case{
		{Name: "activity", Page: templates.ActivityPage(view)},
		{Name: "activity-empty", Page: templates.ActivityPage(empty)},
		{Name: "activity-none-found", Page: templates.ActivityPage(filtered)},
		{Name: "activity-acting", Page: templates.ActivityPage(stop)},
		{Name: "not-me", Page: templates.NotMePage(notMe)},
		{Name: "not-me-ended", Page: templates.NotMePage(ended)},
	}
}

func adminCases() []pagetest.Case {
	find := templates.FindUserView{Page: pagetest.Page("Users", "nav-users", pagetest.Ada()), FindURL: "/sessions/users"}
	found, none := find, find
	found.Query, found.More = "dana@example.com", true
	found.Users = []templates.UserRow{
		{ID: "user_1", Name: "Dana Reyes", Email: "dana@example.com", Initials: "DR", URL: "/sessions/users/user_1"},
		{ID: "user_2", URL: "/sessions/users/user_2"},
	}
	none.Query = "eve@example.com"
	user := templates.ManagedUserView{
		Page: pagetest.Page("dana@example.com", "", pagetest.Ada()), ID: "user_1", Name: "Dana Reyes", Email: "dana@example.com", Locked: true,
		LastSignIn: templates.Time{Text: "12 minutes ago", RFC3339: "2026-03-12T13:53:00Z"}, BackURL: "/sessions/users", DevicesURL: "/sessions/devices",
		SignOutURL: "/sessions/users/user_1/sign-out", EverywhereURL: "/sessions/users/user_1/sign-out-everywhere",
		Everywhere: "Signs this user out of 2 devices. They can sign in again.", Days: activityDays(),
		Devices: []templates.DeviceRow{
			{
				SessionID: pagetest.SessionID(1), Device: "Edge 139 on Windows", Place: "Toronto, Canada", Address: "192.0.2.14",
				Created: templates.Time{Text: "12 minutes ago", RFC3339: "2026-03-12T13:53:00Z"}, LastActive: templates.Time{Text: "just now", RFC3339: "2026-03-12T14:05:00Z"},
			},
			{
				SessionID: pagetest.SessionID(2), Device: "Safari 18 on iPhone", Mobile: true, Place: "Lisbon, Portugal", Address: "203.0.113.77", Actor: "user_2supportStaff",
				Created: templates.Time{Text: "2 days ago", RFC3339: "2026-03-10T13:53:00Z"}, LastActive: templates.Time{Text: "1 day ago", RFC3339: "2026-03-11T14:05:00Z"},
			},
		},
	}
	own := user
	own.Own, own.Devices, own.Days, own.SignOutURL, own.EverywhereURL, own.Locked, own.Banned = true, nil, nil, "", "", false, true
	own.Job, own.Unknown = "Signing out is in progress. Reload this page to see the result.", true
	return []pagetest.Case{
		{Name: "users", Page: templates.FindUserPage(find)},
		{Name: "users-found", Page: templates.FindUserPage(found)},
		{Name: "users-none", Page: templates.FindUserPage(none)},
		{Name: "user", Page: templates.ManagedUserPage(user)},
		{Name: "user-own", Page: templates.ManagedUserPage(own)},
	}
}
