package ginclerk

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/forms"
)

// ParkedForm is a form that waits to be sent again.
type ParkedForm struct {
	forms.Summary

	// Handle names the form to [Clerk.SendParkedForm] and [Clerk.DropParkedForm]. It is no secret and opens nothing.
	Handle string
	// Anonymous says that nobody knows who filled the form in on this browser: ask before it is sent in this user's name.
	Anonymous bool
}

// ParkedForms returns the forms that wait for who is signed in, in this browser, the oldest first.
func (k *Clerk) ParkedForms(c *gin.Context) ([]ParkedForm, error) {
	var waiting []ParkedForm
	for _, id := range k.parkedIDs(c) {
		summary, owner, err := k.peekForm(c, id)
		switch {
		case err == nil:
			waiting = append(waiting, ParkedForm{Summary: summary, Handle: formHandle(id), Anonymous: owner.IsBrowser()})
		case !errors.Is(err, forms.ErrNotFound):
			return nil, err
		}
	}
	return waiting, nil
}

// SendParkedForm sends a form again, once, and answers the request with what the application answers. No form of that handle
// is forms.ErrNotFound: it has been sent, or dropped, or its time is over. With any error nothing was sent and nothing is
// written.
func (k *Clerk) SendParkedForm(c *gin.Context, handle string) error {
	page := k.guardsOf(c).formsPage.Load()
	if page == nil || page.Replay == nil {
		return forms.ErrNotFound
	}
	id, owner, err := k.findForm(c, handle)
	if err != nil {
		return err
	}
	form, err := k.lot.Take(c.Request.Context(), id, owner)
	if err != nil {
		return err
	}
	again, err := replayOf(c, form)
	if err != nil {
		return err
	}
	k.forgetForm(c, id)
	page.Replay.ServeHTTP(c.Writer, again)
	c.Abort()
	return nil
}

// DropParkedForm ends a form without sending it. Errors are those of [Clerk.SendParkedForm].
func (k *Clerk) DropParkedForm(c *gin.Context, handle string) error {
	id, owner, err := k.findForm(c, handle)
	if err != nil {
		return err
	}
	if err := k.lot.Drop(c.Request.Context(), id, owner); err != nil && !errors.Is(err, forms.ErrNotFound) {
		return err
	}
	k.forgetForm(c, id)
	return nil
}

func (k *Clerk) findForm(c *gin.Context, handle string) (string, forms.Owner, error) {
	for _, id := range k.parkedIDs(c) {
		if formHandle(id) == handle {
			_, owner, err := k.peekForm(c, id)
			return id, owner, err
		}
	}
	return "", forms.Owner{}, forms.ErrNotFound
}

// peekForm looks for a form of the user who is signed in, and then for one of the browser.
func (k *Clerk) peekForm(c *gin.Context, id string) (summary forms.Summary, owner forms.Owner, err error) {
	owners := []forms.Owner{forms.User(From(c).UserID)}
	if secret := cookie(c.Request, parkedOwnerCookie); secret != "" {
		owners = append(owners, forms.Browser(secret))
	}
	for _, owner = range owners {
		if summary, err = k.lot.Peek(c.Request.Context(), id, owner); !errors.Is(err, forms.ErrNotFound) {
			break
		}
	}
	return summary, owner, err
}

// formHandle tells forms apart on a page without telling their ids.
func formHandle(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:8])
}
