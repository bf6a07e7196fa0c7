package webhook

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/ginclerk/ginclerk/ginclerk/activity"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// record records what an event tells of an account. Like a revocation it comes before the claim, and again with every attempt: what is
// recorded already changes nothing.
func (r *Receiver) record(ctx context.Context, event Event) {
	if r.config.Activity == nil {
		return
	}
	if err := r.recordEvent(ctx, event); err != nil {
		r.config.Logger.WarnContext(ctx, "webhook: an event is not in the activity of its user", "id", event.ID, "type", event.Type, "error", err)
	}
}

func (r *Receiver) recordEvent(ctx context.Context, event Event) error {
	switch event.Type {
	case SessionCreated, SessionEnded, SessionRemoved, SessionRevoked:
		told, err := readSession(event)
		if err != nil {
			return err
		}
		return r.config.Activity.Record(ctx, told.Session.UserID, entryOf(told))
	case UserCreated, UserUpdated:
		account, err := readAccount(event)
		if err != nil {
			return err
		}
		return r.config.Activity.RecordAccount(ctx, account)
	case UserDeleted:
		id, err := idOf(event)
		if err != nil {
			return err
		}
		return r.config.Activity.Forget(ctx, id)
	default:
		return nil
	}
}

// entryOf returns what an event of a session says.
func entryOf(told SessionEvent) activity.Entry {
	one := told.Session
	e := activity.Entry{At: told.Timestamp, SessionID: one.ID, Device: deviceOf(one.Activity)}
	switch told.Type {
	case SessionCreated:
		e.Kind = activity.SignedIn
		if !one.CreatedAt.IsZero() {
			e.At = one.CreatedAt
		}
		if e.Device.IP == "" {
			e.Device.IP = told.ClientIP
		}
		if one.ActorID != "" {
			e.By = activity.By{Agent: activity.Impersonator, ID: one.ActorID}
		}
	case SessionRevoked: // by the application, in Clerk's dashboard, or by the user on another device: the event does not say
		e.Kind = activity.SignedOut
	default:
		e.Kind, e.By, e.Reason = ending(told)
	}
	return e
}

// ending says who ended a session that was not revoked: Clerk, if its status says so, else whoever used the session.
func ending(told SessionEvent) (activity.Kind, activity.By, session.Status) {
	if status := session.Status(told.Session.Status); status == session.Expired || status == session.Abandoned || status == session.Replaced {
		return activity.SessionEnded, activity.By{}, status
	}
	if actor := told.Session.ActorID; actor != "" {
		return activity.SignedOut, activity.By{Agent: activity.Impersonator, ID: actor}, ""
	}
	return activity.SignedOut, activity.By{Agent: activity.User, SessionID: told.Session.ID}, ""
}

func deviceOf(a Activity) session.Device {
	return session.Device{
		Type: a.DeviceType, Browser: a.BrowserName, BrowserVersion: a.BrowserVersion, Mobile: a.Mobile,
		IP: a.IPAddress, City: a.City, Country: a.Country,
	}
}

// readAccount reads what the event of a user says of how the user signs in.
func readAccount(event Event) (activity.Account, error) {
	var more struct {
		PasswordChangedAt moment `json:"password_last_updated_at"`
		MFAEnabledAt      moment `json:"mfa_enabled_at"`
		MFADisabledAt     moment `json:"mfa_disabled_at"`
	}
	told, err := readUser(event)
	if err != nil {
		return activity.Account{}, err
	}
	if err := json.Unmarshal(event.Data, &more); err != nil {
		return activity.Account{}, fmt.Errorf("%w: times of a user", ErrMalformed)
	}
	u := told.User
	account := activity.Account{
		UserID: u.ID, UpdatedAt: u.UpdatedAt, CreatedAt: u.CreatedAt, Locked: u.Locked, Banned: u.Banned,
		PasswordChangedAt: more.PasswordChangedAt.time, MFAEnabledAt: more.MFAEnabledAt.time, MFADisabledAt: more.MFADisabledAt.time,
	}
	for _, e := range u.EmailAddresses {
		if e.Verified { // an address that is not verified can be anybody's, and signs nobody in
			account.Contacts = append(account.Contacts, e.Address)
		}
	}
	for _, p := range u.PhoneNumbers {
		if p.Verified {
			account.Contacts = append(account.Contacts, p.Number)
		}
	}
	return account, nil
}
