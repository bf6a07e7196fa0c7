package guard

import "github.com/ginclerk/ginclerk/ginclerk/authn"

// RequireSessionOrReader is [Request.RequireSession] for a route whose pages may be read while Clerk is down.
func (r Request) RequireSessionOrReader() bool {
	if r.EndPreflight() {
		return false
	}
	r.Guarded()
	r.Attach()
	return r.reads() || r.requireAttached()
}

// reads reports whether the request may do no more than read a page while Clerk is down, and has it taken for that. What came between the
// decision and this guard may have changed the request, so that it is looked at again.
func (r Request) reads() bool {
	id := r.Identity()
	switch {
	case r.Aborted() || id.Overdue == nil || id.Unavailable == nil || !id.Basis.RestsOn(r.Gin.Request, id.Accepts):
		return false
	case !r.Visit().Reads() || r.RefusesReading() || r.Clients() != nil || id.Accepts != (authn.Accepts{}):
		return false
	case !r.Core().Now().Before(id.Overdue.Until):
		return false
	case !id.Reads():
		r.Read()
	}
	return true
}
