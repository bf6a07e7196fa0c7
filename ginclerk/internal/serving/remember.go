package serving

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

const (
	flashPurpose   sealed.Purpose = "flash"
	signOutPurpose sealed.Purpose = "sign-out"
)

// Flash is the result of an action, told on the next page that the browser shows.
type Flash struct {
	// Kind is success, info, warning or error.
	Kind string `json:"k"`
	// Text is a sentence or two for the person.
	Text string `json:"t,omitempty"`
	// Keys name sentences of package localization, which follow each other; all empty: the text is told. What sets them does not know the
	// language of the person.
	Keys [3]string `json:"s,omitzero"`
}

// SetFlash keeps the result of an action for the next page, across redirects to Clerk and back. It lives in a sealed cookie
// of the browser for two minutes; only ginclerk can write one.
func (r *Request) SetFlash(flash Flash) { r.Set(r.flash(flash)...) }

// flash returns the cookie that keeps a result; none where it can't be sealed.
func (r *Request) flash(flash Flash) []*http.Cookie {
	value, err := sealed.SealJSON(r.Keyring, flashPurpose, flash, r.Now().Add(visit.Flash.Life()), r.binding())
	if err != nil {
		r.Logger.WarnContext(r.context(), "ginclerk: a notice could not be sealed", "error", err.Error())
		return nil
	}
	r.WarnInsecureOrigin(r.Visit)
	return []*http.Cookie{r.Visit.Keep(visit.Flash, "", value)}
}

// TakeFlash returns what [Request.SetFlash] left for this page and forgets it; the zero Flash where there is nothing. Call it
// before the response is written.
func (r *Request) TakeFlash() Flash {
	v := r.Visit
	value := v.Kept(visit.Flash, "")
	if value == "" || v.Request.Method == http.MethodHead || v.Prefetch() || v.Foreign() != nil {
		return Flash{} // what shows nothing, and a form of another site, must not use anything up
	}
	r.Set(v.Drop(visit.Flash, ""))
	flash, err := sealed.OpenJSON[Flash](r.Keyring, flashPurpose, value, r.binding())
	if err != nil {
		return Flash{}
	}
	return flash
}

// signOut is a job that signs out everywhere. It ends, last of all, the session that started it. The browser remembers the job, so that it
// can still be told how that went.
type signOut struct {
	UserID string `json:"u"`
	JobID  string `json:"j"`
}

// RememberSignOut has the browser remember a job that ends sessions, for an hour, in a sealed cookie that scripts can't
// read. It is for jobs that may end the session of the request.
func (r *Request) RememberSignOut(userID, jobID string) {
	value, err := sealed.SealJSON(r.Keyring, signOutPurpose, signOut{userID, jobID}, r.Now().Add(visit.SignOut.Life()), r.binding())
	if err != nil {
		r.Logger.WarnContext(r.context(), "ginclerk: a job could not be sealed", "error", err.Error())
		return
	}
	r.WarnInsecureOrigin(r.Visit)
	r.Set(r.Visit.Keep(visit.SignOut, "", value))
}

// RememberedSignOut returns the user whose job the browser remembers under that id, and whether it does. That signs no user
// in: it is enough to show how many sessions have ended, and for nothing else. A page that shows it tells why the session is over,
// so the sign-in page doesn't any more.
func (r *Request) RememberedSignOut(jobID string) (userID string, found bool) {
	remembered, err := sealed.OpenJSON[signOut](r.Keyring, signOutPurpose, r.Visit.Kept(visit.SignOut, ""), r.binding())
	if err != nil || remembered.JobID != jobID {
		return "", false
	}
	if r.UserID == "" {
		if ended, told := answer.TakeSessionEnded(r.Visit); told {
			r.Set(ended)
		}
	}
	return remembered.UserID, true
}
