package pages

import (
	"github.com/ginclerk/ginclerk/ginclerk/activity"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/user"
)

type usersJSON struct {
	Data       []userJSON `json:"data"`
	TotalCount int        `json:"total_count"`
}

type managedJSON struct {
	Object string `json:"object"`
	userJSON
	Banned       bool          `json:"banned"`
	Locked       bool          `json:"locked"`
	LastSignInAt *int64        `json:"last_sign_in_at"`
	Sessions     []sessionJSON `json:"sessions"`
	Activity     []entryJSON   `json:"activity"` // null: it can't be read
}

func usersState(found []user.User) usersJSON {
	state := usersJSON{Data: make([]userJSON, 0, len(found)), TotalCount: len(found)}
	for _, u := range found {
		state.Data = append(state.Data, userState(u))
	}
	return state
}

func userState(u user.User) userJSON {
	return userJSON{ID: u.ID, Name: u.FullName(), Email: u.PrimaryEmailAddress.Address, ImageURL: u.ImageURL}
}

func managedState(u user.User, sessions []session.Session, entries []activity.Entry, known bool) managedJSON {
	state := managedJSON{
		Object: "user", userJSON: userState(u), Banned: u.Banned, Locked: u.Locked, LastSignInAt: millis(u.LastSignInAt),
		Sessions: make([]sessionJSON, 0, len(sessions)),
	}
	for _, one := range sessions {
		state.Sessions = append(state.Sessions, sessionState(one, ""))
	}
	if known {
		state.Activity = make([]entryJSON, 0, len(entries))
	}
	for _, e := range entries {
		state.Activity = append(state.Activity, entryState(e))
	}
	return state
}
