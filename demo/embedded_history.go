//go:build !release

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/activity"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// danaEmail is the seeded user with many devices, and with a record of the last weeks.
const danaEmail = "dana@example.com"

// historyDays is for how many days Dana's record goes back.
const historyDays = 27

// demoSeed is the default seed, with more devices for Dana.
func demoSeed() *clerktest.Seed {
	seed := clerktest.DefaultSeed()
	for i := range seed.Users {
		if user := &seed.Users[i]; user.Email == danaEmail {
			user.Devices = append(user.Devices, moreDevices()...)
			user.Note = "signed in on eight devices"
		}
	}
	return seed
}

// moreDevices have documentation addresses (RFC 5737 and RFC 3849).
func moreDevices() []clerktest.Device {
	return []clerktest.Device{
		{
			Type: "iPad", Mobile: true, Browser: "Safari", BrowserVersion: "18.5", IPAddress: "198.51.100.24", City: "Berlin", Country: "DE",
			SignedInAgo: 5*24*time.Hour + 3*time.Hour, IdleFor: 4 * 24 * time.Hour,
		},
		{
			Type: "Windows", Browser: "Firefox", BrowserVersion: "143.0", IPAddress: "198.51.100.61", City: "Hamburg", Country: "DE",
			SignedInAgo: 4*24*time.Hour + time.Hour, IdleFor: 30 * time.Hour,
		},
		{
			Type: "Linux", Browser: "Chrome", BrowserVersion: "140.0.0.0", IPAddress: "198.51.100.23", City: "Berlin", Country: "DE",
			SignedInAgo: 2*24*time.Hour + 5*time.Hour, IdleFor: 6 * time.Hour,
		},
		{
			Type: "Macintosh", Browser: "Safari", BrowserVersion: "18.5", IPAddress: "2001:db8::17", City: "Lisbon", Country: "PT",
			SignedInAgo: 30 * time.Hour, IdleFor: 3 * time.Hour,
		},
	}
}

// historyOf returns what records the activity of Dana in a journal: the sign-ins of the devices that she is signed in on, and made-up ones of
// the weeks before, because a Clerk that has just started has seen none. All of it happened before the start of the server.
func historyOf(server *clerktest.Server) (func(context.Context, *activity.Journal) error, error) {
	user, err := server.UserByEmail(danaEmail)
	if errors.Is(err, clerktest.ErrNotFound) {
		return nil, nil //nolint:nilnil // a seed without Dana has no history
	}
	if err != nil {
		return nil, fmt.Errorf("the history of the embedded Clerk: %w", err)
	}
	started := server.Clock().Now()
	entries := append(pastEntries(started), currentEntries(started, server.Sessions(user.ID))...)
	return func(ctx context.Context, journal *activity.Journal) error {
		return journal.Record(ctx, user.ID, entries...)
	}, nil
}

// currentEntries are the sign-ins of the seeded sessions. The server names the newest session first.
func currentEntries(started time.Time, sessions []clerktest.Session) []activity.Entry {
	devices := danaDevices()
	slices.SortFunc(devices, func(a, b clerktest.Device) int { return int(a.SignedInAgo - b.SignedInAgo) })
	var entries []activity.Entry
	for i, device := range devices[:min(len(devices), len(sessions))] {
		entries = append(entries, signedIn(sessions[i].ID, started.Add(-device.SignedInAgo), device))
	}
	return entries
}

func danaDevices() []clerktest.Device {
	for _, user := range demoSeed().Users {
		if user.Email == danaEmail {
			return user.Devices
		}
	}
	return nil
}

// pastEntries are a sign-in on each day, and its end on the same day. Every fifth session expires by itself.
func pastEntries(started time.Time) []activity.Entry {
	devices := danaDevices()
	entries := []activity.Entry{
		{Kind: activity.PasswordChanged, At: started.AddDate(0, 0, -12), By: activity.By{Agent: activity.User}},
		{Kind: activity.MFAEnabled, At: started.AddDate(0, 0, -20), By: activity.By{Agent: activity.User}},
	}
	for day := 1; day <= historyDays; day++ {
		device, id := devices[day%len(devices)], fmt.Sprintf("sess_past%02d", day)
		began := started.AddDate(0, 0, -day).Add(-time.Duration(day*37%90) * time.Minute)
		ended := activity.Entry{
			Kind: activity.SignedOut, At: began.Add(time.Duration(40+day*11%50) * time.Minute), SessionID: id, Device: knownAs(device),
			By: activity.By{Agent: activity.User, SessionID: id},
		}
		if day%5 == 0 {
			ended.Kind, ended.Reason, ended.By = activity.SessionEnded, session.Expired, activity.By{}
		}
		entries = append(entries, signedIn(id, began, device), ended)
	}
	return entries
}

func signedIn(sessionID string, at time.Time, device clerktest.Device) activity.Entry {
	return activity.Entry{
		Kind: activity.SignedIn, At: at, SessionID: sessionID, Device: knownAs(device), By: activity.By{Agent: activity.User, SessionID: sessionID},
	}
}

// knownAs is a device as Clerk tells of it.
func knownAs(d clerktest.Device) session.Device {
	return session.Device{
		Type: d.Type, Mobile: d.Mobile, Browser: d.Browser, BrowserVersion: d.BrowserVersion, IP: d.IPAddress, City: d.City, Country: d.Country,
	}
}
