package signout

import (
	"context"
	"errors"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// listTimeout bounds the time to read a list, with the waits for turns.
const listTimeout = 10 * time.Minute

// look reads the user's sessions, corrects the marks of the job's sessions, and adds new sessions. It returns true if the list
// could not be read: the job can't go on, and the record says why.
func (r *run) look(add bool) (bool, error) {
	listed, err := r.list()
	switch {
	case r.stopping.Err() != nil:
		return true, errStopped
	case errors.Is(err, errStore), errors.Is(err, errLost):
		return true, err
	case err != nil:
		r.log.WarnContext(r.calling, "signout: a job could not list sessions", "error", err)
		if add {
			r.rec.Problem = problem(err)
		}
		return true, nil
	}
	r.compare(listed)
	if add {
		if err := r.add(listed); err != nil {
			return true, err
		}
	}
	return false, r.save(r.calling)
}

// problem returns why a list could not be read.
func problem(err error) Reason {
	if passing(err) || errors.Is(err, errPatient) {
		return Unavailable
	}
	return Refused
}

// list asks Clerk for the user's sessions. It tries again if Clerk is unavailable.
func (r *run) list() ([]session.Session, error) {
	var listed []session.Session
	var failure error
	err := r.during(func() {
		_, failure = r.retries.WithContext(r.waiting).Get(func() (any, error) {
			if err := r.nextTurn(r.waiting); err != nil {
				return nil, err
			}
			ctx, cancel := context.WithTimeout(session.WithTurns(r.waiting, r.nextTurn), listTimeout)
			defer cancel()
			got, err := r.sessions.OfUser(ctx, r.rec.UserID)
			listed = got
			r.pacer.pause(r.waiting, session.RetryAfter(err))
			return nil, err
		})
	})
	if err != nil {
		return nil, err
	}
	return listed, failure
}

// compare corrects the marks by Clerk's list, and reports the sessions that have ended without an answer (Config.Ended).
func (r *run) compare(listed []session.Session) {
	known := make(map[string]session.Session, len(listed))
	for _, s := range listed {
		if s.UserID == r.rec.UserID {
			known[s.ID] = s
		}
	}
	var ended []string
	for i, m := range r.marks {
		seen := known[r.ids[i]]
		now := mark(m).seen(seen.Status)
		if now.todo() && seen.Status.Live() && !r.rec.allows(seen) {
			now = failedOwn
		}
		if now.over() && !mark(m).over() {
			ended = append(ended, r.ids[i])
		}
		if mark(m) == named && now == waiting && r.ids[i] == r.rec.Current {
			now = last
		}
		r.marks[i] = byte(now)
	}
	if len(ended) > 0 {
		r.ended(r.calling, ended)
	}
}

// add adds sessions that the job doesn't know. In the last pass they count as failed.
func (r *run) add(listed []session.Session) error {
	if r.rec.Scope == Selected {
		return nil
	}
	var ids []string
	var marks []byte
	fresh := waiting
	if r.rec.Pass >= maxPasses {
		fresh = failedLate
	}
	for _, s := range listed {
		if !r.wanted(s) {
			continue
		}
		if len(r.ids)+len(ids) == maxSessions {
			r.rec.Problem = TooMany
			break
		}
		m := fresh
		if s.ID == r.rec.Current {
			m = last
		}
		r.index[s.ID] = len(r.ids) + len(ids)
		ids, marks = append(ids, s.ID), append(marks, byte(m))
	}
	if len(ids) == 0 {
		return nil
	}
	var chunks []chunk
	err := r.patient(r.calling, func() (err error) {
		chunks, err = r.plan.write(r.calling, ids)
		return err
	})
	if err != nil {
		return err
	}
	r.rec.Pass++
	r.rec.Chunks = append(r.rec.Chunks, chunks...)
	r.ids, r.marks = append(r.ids, ids...), append(r.marks, marks...)
	return nil
}

// allows reports whether the job may end a session of the user. A job of the user may end any; a job of an actor may end the
// sessions of the same actor, and the current one.
func (r *record) allows(s session.Session) bool {
	return !r.Acting || s.ID == r.Current || s.Impersonated && s.Actor != "" && s.Actor == r.Actor
}

// wanted reports whether the job has to add a session: it is the user's, it has not ended, the job may end it and does not know
// it.
func (r *run) wanted(s session.Session) bool {
	if s.UserID != r.rec.UserID || s.Status.Over() || s.ID == "" {
		return false
	}
	if _, known := r.index[s.ID]; known || !r.rec.allows(s) {
		return false
	}
	return r.rec.Scope == Everywhere || s.ID != r.rec.Current
}
