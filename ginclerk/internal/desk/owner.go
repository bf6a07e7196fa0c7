package desk

import (
	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Owner returns who owns what is sent in a session of a user. What somebody sends who acts as the user is not the user's. Without a
// user it is the zero Owner: nobody knows whose form it is, and the browser owns it.
func Owner(userID string, actor *token.Actor) forms.Owner {
	switch {
	case userID == "":
		return forms.Owner{}
	case actor != nil:
		return forms.Actor(userID, actor.Subject)
	default:
		return forms.User(userID)
	}
}
