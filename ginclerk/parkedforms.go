package ginclerk

import (
	"context"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/internal/desk"
)

// ParkedForm is a form that waits to be sent again.
type ParkedForm struct {
	forms.Summary

	// Handle names the form to [Clerk.SendParkedForm] and [Clerk.DropParkedForm]. It is no secret and opens nothing.
	Handle string
	// Anonymous says that nobody knows who filled the form in on this browser: ask before it is sent in this user's name.
	Anonymous bool
}

// ParkedForms returns the forms that wait for who is signed in, in this browser and for this engine, the oldest first.
func (k *Clerk) ParkedForms(c *gin.Context) ([]ParkedForm, error) {
	list, err := k.desk.List(c.Request.Context(), k.asker(c))
	if err != nil {
		return nil, err
	}
	waiting := make([]ParkedForm, 0, len(list))
	for _, form := range list {
		waiting = append(waiting, ParkedForm(form))
	}
	return waiting, nil
}

// SendParkedForm sends a form again, once, and answers the request with what the application answers. No form of that handle
// is forms.ErrNotFound: it has been sent, or dropped, or its time is over. With any error nothing was sent and nothing is
// written.
func (k *Clerk) SendParkedForm(c *gin.Context, handle string) error {
	asker := k.asker(c)
	if asker.Page == nil || asker.Page.Replay == nil {
		return forms.ErrNotFound
	}
	again, forgotten, err := k.desk.Claim(c.Request.Context(), asker, handle, c.Writer.Header())
	if err != nil {
		return err
	}
	setCookie(c, forgotten)
	// It is nobody's until it is attached.
	asker.Page.Replay.ServeHTTP(c.Writer, again.WithContext(context.WithValue(again.Context(), authKey{}, &Auth{})))
	c.Abort()
	return nil
}

// DropParkedForm ends a form without sending it. Errors are those of [Clerk.SendParkedForm].
func (k *Clerk) DropParkedForm(c *gin.Context, handle string) error {
	forgotten, err := k.desk.Discard(c.Request.Context(), k.asker(c), handle)
	if err != nil {
		return err
	}
	setCookie(c, forgotten)
	return nil
}

// asker returns who asks for the forms that wait, and on which page.
func (k *Clerk) asker(c *gin.Context) desk.Asker {
	return desk.Asker{Visit: k.visit(c), Owner: desk.Owner(From(c).UserID, From(c).Actor), Page: k.formsPage(c)}
}
