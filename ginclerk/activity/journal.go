package activity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/bounded"
	"github.com/ginclerk/ginclerk/ginclerk/internal/storekey"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// Errors of a [Journal]. Errors of the store match those of package storage.
var (
	// ErrInvalid: an entry names no user, or no session although its kind needs one.
	ErrInvalid = errors.New("activity: invalid entry")
	// ErrNotFound: the user has no such entry.
	ErrNotFound = errors.New("activity: not found")
)

const (
	// storeCall limits one call to the store.
	storeCall = 2 * time.Second
	// askTime is how long Clerk may take to say from which device a session comes.
	askTime = 2 * time.Second
)

// Sessions reads sessions at Clerk: a session.Reader. It is used concurrently.
type Sessions interface {
	// Session returns a session of any status.
	Session(ctx context.Context, sessionID string) (session.Session, error)
}

// Config configures a [Journal].
type Config struct {
	// Store keeps the entries. Required. Replicas share one.
	Store storage.Store
	// Instance distinguishes Clerk instances that share a store, for example by the host of the Frontend API.
	Instance string
	// Sessions tells the device of a session that begins, because Clerk's webhooks don't: one request for each sign-in. nil: entries
	// have what the source of the sign-in says.
	Sessions Sessions
	// Recorded is called with each new entry, except for learned ones, in the order in which they came: see the package's comment. Its
	// context ends after 30 seconds. nil: no call.
	Recorded func(ctx context.Context, userID string, entry Entry)
	// Forgotten is called by [Journal.Forget], so that what else is kept of a deleted user goes, too. nil: no call.
	Forgotten func(ctx context.Context, userID string) error
	// Now is the clock. Required.
	Now func() time.Time
	// Logger gets a line when Recorded panics or is too slow; nil discards it. Ids of sessions are not logged.
	Logger *slog.Logger
}

// Journal keeps what happened to the accounts of one Clerk instance. Make one with [New]; it is safe for concurrent use.
type Journal struct {
	store    storage.Store
	prefix   string
	sessions Sessions
	forgot   func(context.Context, string) error
	now      func() time.Time
	hook     *hook
}

// New makes a journal. It reports every problem of the configuration at once.
func New(config Config) (*Journal, error) {
	var problems []error
	if config.Store == nil {
		problems = append(problems, errors.New("activity: Store is missing"))
	}
	if config.Now == nil {
		problems = append(problems, errors.New("activity: Now is missing"))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	logger := config.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	return &Journal{
		store: bounded.NewStore(config.Store, storeCall), prefix: "activity:" + storekey.Short(config.Instance) + ":",
		sessions: config.Sessions, forgot: config.Forgotten, now: config.Now, hook: &hook{call: config.Recorded, log: logger},
	}, nil
}

// Record adds entries of a user. What the journal knows already changes nothing. Entries that are older than [Kept] are left out. Errors
// match [ErrInvalid] and those of package storage.
func (j *Journal) Record(ctx context.Context, userID string, entries ...Entry) error {
	for _, e := range entries {
		if (e.Kind == SignedIn || e.Kind.ended()) && (e.SessionID == "" || len(e.SessionID) > maxID) {
			return fmt.Errorf("%w: %s without a session", ErrInvalid, e.Kind)
		}
	}
	told := make([]Entry, 0, len(entries))
	for _, e := range entries {
		told = append(told, j.complete(ctx, userID, e))
	}
	return j.change(ctx, userID, func(h *history, now time.Time) {
		for _, e := range told {
			h.add(e, now)
		}
	})
}

// complete asks Clerk for the device of a session that has just begun. Without an answer the entry stays as it is.
func (j *Journal) complete(ctx context.Context, userID string, e Entry) Entry {
	if e.Kind != SignedIn || named(e.Device) || j.sessions == nil {
		return e
	}
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	got, err := j.sessions.Session(ctx, e.SessionID)
	if err != nil || got.UserID != userID || got.ID != e.SessionID {
		return e
	}
	if e.Device.IP != "" { // of the sign-in itself
		got.Device.IP = e.Device.IP
	}
	e.Device = got.Device
	if got.Impersonated && e.By.Agent == "" {
		e.By = By{Agent: Impersonator, ID: got.Actor}
	}
	return e
}

// RecordAccount adds what has happened to an account since the journal was last told of it. Errors are those of [Journal.Record].
func (j *Journal) RecordAccount(ctx context.Context, a Account) error {
	return j.change(ctx, a.UserID, func(h *history, now time.Time) { h.addAccount(a, now) })
}

// Learn adds the sign-ins of sessions that Clerk has just listed and that the journal does not know. It takes sessions of other users
// as not listed. Errors are those of [Journal.Record].
func (j *Journal) Learn(ctx context.Context, userID string, listed []session.Session) error {
	return j.change(ctx, userID, func(h *history, now time.Time) {
		for _, e := range learned(userID, listed) {
			if h.takes(e) {
				h.add(e, now)
			}
		}
		h.fresh = nil
	})
}

// learned returns the sign-ins of the newest sessions that were listed.
func learned(userID string, listed []session.Session) []Entry {
	entries := make([]Entry, 0, len(listed))
	for _, one := range listed {
		if one.UserID != userID || one.ID == "" || len(one.ID) > maxID || one.Created.IsZero() {
			continue
		}
		e := Entry{Kind: SignedIn, At: one.Created, SessionID: one.ID, Device: one.Device, Learned: true}
		if one.Impersonated {
			e.By = By{Agent: Impersonator, ID: one.Actor}
		}
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b Entry) int { return b.At.Compare(a.At) })
	return entries[:min(len(entries), MaxEntries)]
}

// RecordJob is [Journal.Record] for a job that ends many sessions, with those that were selected. Clerk's webhooks about them, in the next
// fifteen minutes, add no entries.
func (j *Journal) RecordJob(ctx context.Context, userID string, job Entry, selected ...string) error {
	return j.change(ctx, userID, func(h *history, now time.Time) {
		h.addEnds(selected, now)
		h.add(job, now)
	})
}

// RecordEnds notes which sessions of a user a job has ended: their sign-ins are [Entry].Ended, and the entry of the job stands for their ends.
// Errors are those of [Journal.Record].
func (j *Journal) RecordEnds(ctx context.Context, userID string, sessionIDs ...string) error {
	return j.change(ctx, userID, func(h *history, now time.Time) { h.settle(sessionIDs, now) })
}

// Acknowledge notes that the user has confirmed a sign-in, by the id of its entry. The error matches [ErrNotFound] if the user has no such
// sign-in.
func (j *Journal) Acknowledge(ctx context.Context, userID, entryID string) error {
	found := false
	err := j.change(ctx, userID, func(h *history, _ time.Time) {
		found = false
		for i := range h.entries {
			if e := &h.entries[i]; e.ID == entryID && e.Kind == SignedIn {
				found, h.changed = true, h.changed || !e.Acknowledged
				e.Acknowledged = true
			}
		}
	})
	if err == nil && !found {
		err = ErrNotFound
	}
	return err
}

// Entries returns what happened to a user's account, the newest first. Errors are those of package storage.
func (j *Journal) Entries(ctx context.Context, userID string) ([]Entry, error) {
	if err := checkUser(userID); err != nil {
		return nil, err
	}
	data, err := j.store.Load(ctx, j.key(userID))
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("activity: read: %w", err)
	}
	h, err := open(data, j.now())
	if err != nil {
		return nil, err
	}
	return h.newest(), nil
}

// remembered is how long it is known that a user was deleted: longer than Svix sends webhooks again (27 h 35 min), which come in any order.
const remembered = 48 * time.Hour

// Forget deletes what is known of a user, for one who was deleted. For 48 hours, what a late webhook tells of the user is left out, so
// that the record does not begin anew; all that is kept for it is a time. Errors are those of Config.Forgotten and of package storage.
func (j *Journal) Forget(ctx context.Context, userID string) error {
	if err := checkUser(userID); err != nil {
		return err
	}
	err := storage.Update(ctx, j.store, j.key(userID), func([]byte) ([]byte, time.Duration, error) {
		data, err := json.Marshal(record{Forgotten: j.now().UnixMilli()})
		return data, remembered, err
	})
	if err != nil {
		err = fmt.Errorf("activity: forget: %w", err)
	}
	if j.forgot != nil {
		err = errors.Join(err, j.forgot(ctx, userID))
	}
	return err
}

// Close waits until Config.Recorded was called with every entry so far, or for the context. Entries that come later are recorded, and no
// call follows.
func (j *Journal) Close(ctx context.Context) error { return j.hook.close(ctx) }

// change changes the record of a user, and has the hook called with what is new. A record that can't be read is begun anew.
func (j *Journal) change(ctx context.Context, userID string, with func(*history, time.Time)) error {
	if err := checkUser(userID); err != nil {
		return err
	}
	var fresh []Entry
	err := storage.Update(ctx, j.store, j.key(userID), func(old []byte) ([]byte, time.Duration, error) {
		fresh = nil
		now := j.now()
		h, err := open(old, now)
		if err != nil {
			j.hook.log.WarnContext(ctx, "activity: a record is begun anew", "error", err)
			h.changed = true
		}
		if h.forgotten {
			return nil, 0, storage.ErrUnchanged
		}
		if with(h, now); !h.changed {
			return nil, 0, storage.ErrUnchanged
		}
		next, err := h.close()
		fresh = h.fresh
		return next, Kept, err
	})
	if err != nil {
		return fmt.Errorf("activity: write: %w", err)
	}
	for _, e := range fresh {
		j.hook.add(userID, e) //nolint:contextcheck // the hook goes on when the request has ended
	}
	return nil
}

func checkUser(userID string) error {
	if userID == "" || len(userID) > maxID {
		return fmt.Errorf("%w: no user", ErrInvalid)
	}
	return nil
}

func (j *Journal) key(userID string) string { return j.prefix + storekey.Short(userID) }
