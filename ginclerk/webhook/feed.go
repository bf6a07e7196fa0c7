package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/revocation"
)

// feed revokes what the event ends.
func (r *Receiver) feed(ctx context.Context, event Event) error {
	if r.config.Revocations == nil {
		return nil
	}
	entry, found, err := r.entry(event)
	if err != nil || !found {
		return err
	}
	if err := r.config.Revocations.Revoke(ctx, entry); err != nil {
		return fmt.Errorf("%w: revoke: %w", errUnavailable, err)
	}
	return nil
}

// entry returns the revocation for an event, and false if the event ends nothing. It reads only the fields that it needs: a
// changed form of another field must not keep a session alive.
func (r *Receiver) entry(event Event) (revocation.Entry, bool, error) {
	switch event.Type {
	case SessionEnded, SessionRemoved, SessionRevoked, UserUpdated, UserDeleted:
	default:
		return revocation.Entry{}, false, nil
	}
	var subject struct {
		ID     string `json:"id"`
		Banned bool   `json:"banned"`
		Locked bool   `json:"locked"`
	}
	if err := json.Unmarshal(event.Data, &subject); err != nil || subject.ID == "" {
		return revocation.Entry{}, false, fmt.Errorf("%w: data of %s", ErrMalformed, event.Type)
	}
	now := r.config.Now()
	latest := now
	if event.Sent.After(latest) {
		latest = event.Sent
	}
	entry := revocation.Entry{Until: now.Add(r.config.RevokeFor)}
	switch {
	case event.Type == UserDeleted:
		entry.UserID, entry.IssuedBefore = subject.ID, latest
	case event.Type != UserUpdated:
		entry.SessionID = subject.ID
	case subject.Banned || subject.Locked:
		entry.UserID, entry.IssuedBefore = subject.ID, notAfter(event.Timestamp, latest)
	default:
		return revocation.Entry{}, false, nil
	}
	return entry, true, nil
}

// notAfter returns the time, or the bound if the time is zero or later.
func notAfter(t, bound time.Time) time.Time {
	if t.IsZero() || t.After(bound) {
		return bound
	}
	return t
}
