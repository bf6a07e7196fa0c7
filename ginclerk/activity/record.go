package activity

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// Bounds of what is kept of a user.
const (
	// MaxEntries is how many entries a user has at most.
	MaxEntries = 100
	// Kept is how long an entry is kept.
	Kept = 90 * 24 * time.Hour
	// maxBytes bounds the record of a user in the store.
	maxBytes = 64 << 10
	// jobTime is how long after a job began Clerk's webhooks about the sessions that it ends arrive.
	jobTime = 15 * time.Minute
	// clockSkew is how far Clerk's clock and this one may differ.
	clockSkew = time.Minute
)

// record is what the store keeps of a user. Times are Unix milliseconds.
type record struct {
	Entries    []kept `json:"e"` // the newest first
	Contacts   string `json:"c,omitempty"`
	ContactsAt int64  `json:"ca,omitempty"`
	Ends       []ends `json:"x,omitempty"` // the newest first
	Forgotten  int64  `json:"f,omitempty"` // when the user was deleted; 0: the user was not
}

// kept is an [Entry] in the store.
type kept struct {
	Kind         Kind           `json:"k"`
	At           int64          `json:"t"`
	SessionID    string         `json:"s,omitempty"`
	Device       *device        `json:"d,omitempty"`
	Agent        Agent          `json:"b,omitempty"`
	ByID         string         `json:"bi,omitempty"`
	BySession    string         `json:"bs,omitempty"`
	ByDevice     *device        `json:"bd,omitempty"`
	Reason       session.Status `json:"r,omitempty"`
	Count        int            `json:"n,omitempty"`
	Learned      bool           `json:"l,omitempty"`
	Acknowledged bool           `json:"a,omitempty"`
	Ended        bool           `json:"o,omitempty"`
}

// device is a [session.Device] in the store.
type device struct {
	Type    string `json:"t,omitempty"`
	Browser string `json:"b,omitempty"`
	Version string `json:"v,omitempty"`
	Mobile  bool   `json:"m,omitempty"`
	IP      string `json:"i,omitempty"`
	City    string `json:"c,omitempty"`
	Country string `json:"l,omitempty"`
}

func keep(e Entry) kept {
	return kept{
		Kind: e.Kind, At: e.At.UnixMilli(), SessionID: e.SessionID, Device: keepDevice(e.Device),
		Agent: e.By.Agent, ByID: e.By.ID, BySession: e.By.SessionID, ByDevice: keepDevice(e.By.Device),
		Reason: e.Reason, Count: e.Count, Learned: e.Learned, Acknowledged: e.Acknowledged, Ended: e.Ended,
	}
}

func (k kept) entry() Entry {
	e := Entry{
		Kind: k.Kind, At: time.UnixMilli(k.At).UTC(), SessionID: k.SessionID, Device: k.Device.device(),
		By:     By{Agent: k.Agent, ID: k.ByID, SessionID: k.BySession, Device: k.ByDevice.device()},
		Reason: k.Reason, Count: k.Count, Learned: k.Learned, Acknowledged: k.Acknowledged, Ended: k.Ended,
	}
	e.ID = e.id()
	return e
}

func keepDevice(d session.Device) *device {
	if d == (session.Device{}) {
		return nil
	}
	return &device{d.Type, d.Browser, d.BrowserVersion, d.Mobile, d.IP, d.City, d.Country}
}

func (d *device) device() session.Device {
	if d == nil {
		return session.Device{}
	}
	return session.Device{
		Type: d.Type, Browser: d.Browser, BrowserVersion: d.Version, Mobile: d.Mobile, IP: d.IP, City: d.City, Country: d.Country,
	}
}

// history is a record that is being read or changed.
type history struct {
	entries    []Entry // the newest first
	contacts   string
	contactsAt time.Time
	ends       []ends // of the last fifteen minutes, the newest first
	forgotten  bool   // the user was deleted
	changed    bool
	fresh      []Entry // that the record did not have
}

// open reads a record; nil is that of a user of whom nothing is known.
func open(data []byte, now time.Time) (*history, error) {
	h := &history{}
	if data == nil {
		return h, nil
	}
	var r record
	if err := json.Unmarshal(data, &r); err != nil {
		return h, fmt.Errorf("activity: a record can't be read: %w", err)
	}
	h.contacts, h.contactsAt, h.forgotten = r.Contacts, time.UnixMilli(r.ContactsAt).UTC(), r.Forgotten != 0
	h.ends = recent(r.Ends, now)
	for _, k := range r.Entries {
		if e := k.entry(); now.Sub(e.At) < Kept {
			h.entries = append(h.entries, e)
		}
	}
	return h, nil
}

// close returns the record, within its bounds.
func (h *history) close() ([]byte, error) {
	slices.SortStableFunc(h.entries, func(a, b Entry) int { return b.At.Compare(a.At) })
	r := record{Contacts: h.contacts, Ends: h.ends}
	if !h.contactsAt.IsZero() {
		r.ContactsAt = h.contactsAt.UnixMilli()
	}
	for most := MaxEntries; ; {
		h.giveWay(most)
		r.Entries = make([]kept, 0, len(h.entries))
		for _, e := range h.entries {
			r.Entries = append(r.Entries, keep(e))
		}
		data, err := json.Marshal(r)
		if err != nil {
			return nil, fmt.Errorf("activity: a record can't be written: %w", err)
		}
		if len(data) <= maxBytes || len(r.Entries) == 0 {
			return data, nil
		}
		most = len(r.Entries) * maxBytes / (len(data) + 1)
	}
}

// giveWay leaves the given number of entries. Each time the oldest entry of the kind with the most entries gives way, and a sign-in only
// where there are more of them than of every other kind: who does something again and again must not bury that they signed in.
func (h *history) giveWay(most int) {
	if len(h.entries) <= most {
		return
	}
	counts := h.counts()
	h.entries = slices.Clone(h.entries)
	for len(h.entries) > most {
		last := 0
		for i, e := range h.entries {
			first := h.entries[last]
			if n := counts[e.Kind]; n > counts[first.Kind] || n == counts[first.Kind] && (e.Kind != SignedIn || first.Kind == SignedIn) {
				last = i
			}
		}
		counts[h.entries[last].Kind]--
		h.entries = slices.Delete(h.entries, last, last+1)
	}
}

// counts are how many entries of each kind there are.
func (h *history) counts() map[Kind]int {
	counts := make(map[Kind]int)
	for _, e := range h.entries {
		counts[e.Kind]++
	}
	return counts
}

// add adds an entry, or what it says beyond the entry that is there already.
func (h *history) add(e Entry, now time.Time) {
	e = e.bounded(now)
	if now.Sub(e.At) >= Kept {
		return
	}
	if h.known(e) {
		if e.Kind == SignedOut {
			h.settle([]string{e.SessionID}, now)
		}
		return
	}
	h.describe(&e)
	e.Ended = e.Ended || e.Kind == SignedIn && h.hasEnded(e.SessionID)
	if i := slices.IndexFunc(h.entries, func(old Entry) bool { return old.ID == e.ID }); i >= 0 {
		if merged := merge(h.entries[i], e); merged != h.entries[i] {
			h.entries[i], h.changed = merged, true
		}
		return
	}
	switch {
	case e.Kind == SignedIn:
		h.describeEnds(e)
	case e.Kind.Many():
		h.entries = slices.DeleteFunc(h.entries, func(old Entry) bool { return h.isPart(old, e) })
	}
	h.entries, h.changed = append(h.entries, e), true
	h.fresh = append(h.fresh, e)
}

// takes reports whether there is room for a sign-in, so that it does not give way at once.
func (h *history) takes(signedIn Entry) bool {
	if len(h.entries) < MaxEntries {
		return true
	}
	oldest := signedIn
	for _, e := range h.entries {
		if e.Kind == SignedIn && e.At.Before(oldest.At) {
			oldest = e
		}
	}
	if oldest.At.Before(signedIn.At) {
		return true
	}
	counts := h.counts()
	signIns := counts[SignedIn] + 1
	delete(counts, SignedIn)
	for _, others := range counts {
		if signIns <= others {
			return true
		}
	}
	return false
}

// known reports whether an entry repeats in other words what is there.
func (h *history) known(e Entry) bool {
	switch e.Kind {
	case SignedOut: // by a job, whose entry stands for it
		return slices.ContainsFunc(h.entries, func(job Entry) bool { return h.isPart(e, job) })
	case Locked, Unlocked:
		return h.standing(e, Locked, Unlocked)
	case Banned, Unbanned:
		return h.standing(e, Banned, Unbanned)
	default:
		return false
	}
}

// standing reports whether an entry says what the last entry about the same state says. Before the first one the state is off.
func (h *history) standing(e Entry, on, off Kind) bool {
	last := Entry{Kind: off}
	for _, old := range h.entries {
		if (old.Kind == on || old.Kind == off) && !old.At.After(e.At) && !old.At.Before(last.At) {
			last = old
		}
	}
	return last.Kind == e.Kind
}

// describe fills in the devices that the record knows.
func (h *history) describe(e *Entry) {
	for _, old := range h.entries {
		if old.Kind != SignedIn {
			continue
		}
		if e.Kind.ended() && old.SessionID == e.SessionID && !named(e.Device) {
			e.Device = old.Device
		}
		if old.SessionID == e.By.SessionID && !named(e.By.Device) {
			e.By.Device = old.Device
		}
	}
}

// describeEnds fills in the device of a session whose end was told before its beginning.
func (h *history) describeEnds(signedIn Entry) {
	for i, old := range h.entries {
		if old.Kind.ended() && old.SessionID == signedIn.SessionID && !named(old.Device) {
			h.entries[i].Device = signedIn.Device
		}
	}
}

// merge returns what two sources say of the same thing. The one that says who did it counts, else the first.
func merge(old, told Entry) Entry {
	merged := old
	if told.By.known() && !old.By.known() {
		merged.Kind, merged.By, merged.Reason = told.Kind, told.By, told.Reason
	}
	if named(told.Device) && !named(old.Device) {
		merged.Device = told.Device
	}
	merged.Learned = old.Learned && told.Learned
	merged.Acknowledged, merged.Ended = old.Acknowledged || told.Acknowledged, old.Ended || told.Ended
	return merged
}

// addAccount adds what has happened to an account.
func (h *history) addAccount(a Account, now time.Time) {
	at := a.UpdatedAt
	if at.IsZero() || at.After(now) {
		at = now
	}
	a.UpdatedAt = at
	for _, e := range a.entries() {
		h.add(e, now)
	}
	contacts := a.fingerprint()
	if contacts == h.contacts || !at.After(h.contactsAt) {
		return
	}
	if h.contacts != "" {
		h.add(Entry{Kind: ContactsChanged, At: at}, now)
	}
	h.contacts, h.contactsAt, h.changed = contacts, at, true
}

// newest returns the entries, the newest first.
func (h *history) newest() []Entry {
	slices.SortStableFunc(h.entries, func(a, b Entry) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.ID, b.ID))
	})
	return h.entries
}
