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

// entry returns the revocation for an event, and false if the event ends nothing.
func (r *Receiver) entry(event Event) (revocation.Entry, bool, error) {
	now := r.config.Now()
	latest := now
	if event.Sent.After(latest) {
		latest = event.Sent
	}
	entry, found, err := ended(event, latest)
	entry.Until = now.Add(r.config.RevokeFor)
	return entry, found, err
}

// ended returns what an event ends that happened at the latest at that time. It reads only the fields that it needs: a changed form of
// another field must not keep a session alive.
func ended(event Event, latest time.Time) (entry revocation.Entry, found bool, err error) {
	happened := notAfter(event.Timestamp, latest)
	switch event.Type {
	case SessionEnded, SessionRemoved, SessionRevoked:
		entry.SessionID, err = idOf(event)
		return entry, true, err
	case UserDeleted:
		entry.IssuedBefore = latest
		entry.UserID, err = idOf(event)
		return entry, true, err
	case UserUpdated:
		entry.IssuedBefore = happened
		entry.UserID, found, err = readShutOut(event)
		return entry, found, err
	case OrganizationDeleted:
		entry.IssuedBefore = latest
		entry.OrganizationID, err = idOf(event)
		return entry, true, err
	case OrganizationMembershipUpdated, OrganizationMembershipDeleted:
		entry.IssuedBefore = happened
		entry.OrganizationID, entry.UserID, err = readMember(event)
		return entry, true, err
	default:
		return entry, false, nil
	}
}

// idOf reads the id of the resource of an event.
func idOf(event Event) (string, error) {
	var resource struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(event.Data, &resource); err != nil || resource.ID == "" {
		return "", fmt.Errorf("%w: data of %s", ErrMalformed, event.Type)
	}
	return resource.ID, nil
}

// readShutOut reads the id of a user, and reports whether the user is banned or locked.
func readShutOut(event Event) (id string, shutOut bool, err error) {
	if id, err = idOf(event); err != nil {
		return "", false, err
	}
	var user struct {
		Banned bool `json:"banned"`
		Locked bool `json:"locked"`
	}
	if err := json.Unmarshal(event.Data, &user); err != nil {
		return "", false, fmt.Errorf("%w: data of %s", ErrMalformed, event.Type)
	}
	return id, user.Banned || user.Locked, nil
}

// readMember reads whose membership in which organization an event is about.
func readMember(event Event) (organizationID, userID string, err error) {
	var membership struct {
		Organization struct {
			ID string `json:"id"`
		} `json:"organization"`
		Member struct {
			UserID string `json:"user_id"`
		} `json:"public_user_data"`
	}
	err = json.Unmarshal(event.Data, &membership)
	if err != nil || membership.Organization.ID == "" || membership.Member.UserID == "" {
		return "", "", fmt.Errorf("%w: data of %s", ErrMalformed, event.Type)
	}
	return membership.Organization.ID, membership.Member.UserID, nil
}

// notAfter returns the time, or the bound if the time is zero or later.
func notAfter(t, bound time.Time) time.Time {
	if t.IsZero() || t.After(bound) {
		return bound
	}
	return t
}
