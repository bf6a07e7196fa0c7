package ginclerk

import (
	"errors"
	"slices"

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

	id    string
	owner forms.Owner
}

// ParkedForms returns the forms that wait for who is signed in, in this browser and for this engine, the oldest first.
func (k *Clerk) ParkedForms(c *gin.Context) ([]ParkedForm, error) {
	page := k.guardsOf(c).formsPages.of(c)
	waiting := []ParkedForm{}
	for _, kept := range k.keptForms(c) {
		form, err := k.peekForm(c, kept, formOwnerOf(From(c)))
		switch {
		case errors.Is(err, forms.ErrNotFound):
		case err != nil:
			return nil, err
		case page == nil || page.offers(form.Router):
			waiting = append(waiting, form)
		}
	}
	slices.SortStableFunc(waiting, func(a, b ParkedForm) int { return a.Parked.Compare(b.Parked) })
	return waiting, nil
}

// SendParkedForm sends a form again, once, and answers the request with what the application answers. No form of that handle
// is forms.ErrNotFound: it has been sent, or dropped, or its time is over. With any error nothing was sent and nothing is
// written.
func (k *Clerk) SendParkedForm(c *gin.Context, handle string) error {
	page := k.guardsOf(c).formsPages.of(c)
	if page == nil || page.Replay == nil {
		return forms.ErrNotFound
	}
	waiting, err := k.findForm(c, handle)
	if err != nil {
		return err
	}
	form, err := k.lot.Claim(c.Request.Context(), waiting.id, waiting.owner)
	if err != nil {
		return err
	}
	again, err := replayOf(c, form)
	if err != nil {
		return err
	}
	k.forgetForm(c, waiting.id)
	renewCookies(again, c.Writer.Header())
	page.Replay.ServeHTTP(c.Writer, again)
	c.Abort()
	return nil
}

// DropParkedForm ends a form without sending it. Errors are those of [Clerk.SendParkedForm].
func (k *Clerk) DropParkedForm(c *gin.Context, handle string) error {
	waiting, err := k.findForm(c, handle)
	if err != nil {
		return err
	}
	if err := k.lot.Discard(c.Request.Context(), waiting.id, waiting.owner); err != nil && !errors.Is(err, forms.ErrNotFound) {
		return err
	}
	k.forgetForm(c, waiting.id)
	return nil
}

// findForm looks for one of the forms that [Clerk.ParkedForms] returns.
func (k *Clerk) findForm(c *gin.Context, handle string) (ParkedForm, error) {
	page := k.guardsOf(c).formsPages.of(c)
	for _, kept := range k.keptForms(c) {
		if formHandle(kept.id) != handle {
			continue
		}
		form, err := k.peekForm(c, kept, formOwnerOf(From(c)))
		if err == nil && page != nil && !page.offers(form.Router) {
			break
		}
		return form, err
	}
	return ParkedForm{}, forms.ErrNotFound
}

// peekForm looks for a form of the given owner, and then for one of the browser.
func (k *Clerk) peekForm(c *gin.Context, kept keptForm, owner forms.Owner) (ParkedForm, error) {
	for _, owner := range kept.owners(owner) {
		summary, err := k.lot.Peek(c.Request.Context(), kept.id, owner)
		if errors.Is(err, forms.ErrNotFound) {
			continue
		}
		return ParkedForm{
			Summary: summary, Handle: formHandle(kept.id), Anonymous: owner.IsBrowser(), id: kept.id, owner: owner,
		}, err
	}
	return ParkedForm{}, forms.ErrNotFound
}
