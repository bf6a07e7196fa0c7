package serving

import (
	"github.com/ginclerk/ginclerk/ginclerk/internal/desk"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

// WaitingForms returns the forms that wait for the user who is signed in, in this browser and for this router, the oldest first.
func (r *Request) WaitingForms() ([]desk.Waiting, error) { return r.Desk.List(r.context(), r.asker()) }

// SendForm sends a form again, once, and answers the request with what the application answers. No form of that handle
// is [desk.ErrNotFound]: it has been sent, or discarded, or its time is over. With any error nothing was sent and nothing is
// written.
func (r *Request) SendForm(handle string) error {
	asker := r.asker()
	if asker.Page == nil || asker.Page.Replay == nil {
		return desk.ErrNotFound
	}
	again, forgotten, err := r.Desk.Claim(r.context(), asker, handle, r.Writer.Header())
	if err != nil {
		return err
	}
	r.Set(forgotten)
	r.Observe(observe.Event{Kind: observe.Replayed})
	asker.Page.Replay.ServeHTTP(r.Writer, again.WithContext(r.Unattached(again.Context())))
	return nil
}

// DiscardForm ends a form without sending it. Errors are those of [Request.SendForm].
func (r *Request) DiscardForm(handle string) error {
	forgotten, err := r.Desk.Discard(r.context(), r.asker(), handle)
	if err != nil {
		return err
	}
	r.Set(forgotten)
	return nil
}

func (r *Request) asker() desk.Asker {
	return desk.Asker{Visit: r.Visit, Owner: r.Owner(), Page: r.FormsPage()}
}
