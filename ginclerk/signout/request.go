package signout

import (
	"fmt"
	"slices"
)

// MaxSelected is how many sessions a request can select.
const MaxSelected = 10_000

// maxIDLength is longer than every id of Clerk.
const maxIDLength = 128

// Scope says which sessions a job ends.
type Scope string

// The scopes.
const (
	Everywhere Scope = "everywhere" // all sessions of the user, the current one last
	Others     Scope = "others"     // all but the current one
	Selected   Scope = "selected"   // the sessions in SessionIDs; the current one last, if selected
)

// Request says which sessions to end. The ids of the user and of the current session come from a verified session token.
type Request struct {
	UserID string
	// CurrentSessionID is the session of the request; required for [Others].
	CurrentSessionID string
	Scope            Scope
	// Impersonated says that an actor impersonates the user: that the token has the claim act. The job then ends only the
	// sessions in which Actor acts, and the current one; it leaves the user's own sessions and those of other actors alone. Actor
	// is the subject of the claim; if it is empty, the job ends only the current session.
	Impersonated bool
	Actor        string
	// SessionIDs are the sessions to end, only for [Selected]. They may come from a form: ids of other users' sessions are
	// [NotFound].
	SessionIDs []string
}

func (q Request) check() error {
	bad := func(why string) error { return fmt.Errorf("%w: %s", ErrRequest, why) }
	switch {
	case q.UserID == "":
		return bad("no user")
	case len(q.Actor) > maxIDLength:
		return bad("the actor's id is no id")
	case q.Actor != "" && !q.Impersonated:
		return bad("an actor who does not impersonate the user")
	case q.Scope != Everywhere && q.Scope != Others && q.Scope != Selected:
		return bad("unknown scope")
	case q.Scope == Others && q.CurrentSessionID == "":
		return bad("no current session that the others could be told from")
	case q.Scope == Selected && len(q.SessionIDs) == 0:
		return bad("nothing is selected")
	case len(q.SessionIDs) > MaxSelected:
		return bad("too many sessions are selected")
	case slices.ContainsFunc(q.SessionIDs, func(id string) bool { return id == "" || len(id) > maxIDLength }):
		return bad("a selected id is no id")
	}
	return nil
}

// selected returns the selected ids, each once.
func (q Request) selected() []string {
	if q.Scope != Selected {
		return nil
	}
	seen := make(map[string]bool, len(q.SessionIDs))
	ids := make([]string, 0, len(q.SessionIDs))
	for _, id := range q.SessionIDs {
		if !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	return ids
}
