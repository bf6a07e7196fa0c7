package signout

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/storekey"
)

// The life of records after the last write.
const retention = time.Hour

// record is a job in the store, without the ids of its sessions. Times are Unix milliseconds.
type record struct {
	ID       string  `json:"id"`
	UserID   string  `json:"user"`
	Current  string  `json:"current,omitempty"`
	Acting   bool    `json:"acting,omitempty"` // the job belongs to an actor who impersonates the user
	Actor    string  `json:"actor,omitempty"`
	Scope    Scope   `json:"scope"`
	Problem  Reason  `json:"problem,omitempty"`
	Started  int64   `json:"started"`
	Updated  int64   `json:"updated"`
	Finished int64   `json:"finished,omitempty"` // 0: running
	Owner    string  `json:"owner,omitempty"`    // of the lease; a new one each time that a process takes the job
	Lease    int64   `json:"lease,omitempty"`    // end of the lease
	Pass     int     `json:"pass"`               // number of lists with new sessions
	Chunks   []chunk `json:"chunks,omitempty"`   // records with the ids
	Marks    string  `json:"marks"`              // a mark for each session, in the order of the chunks
}

// chunk names a record with ids, which is written once.
type chunk struct {
	Name string `json:"name"`
	Size int    `json:"size"`
}

// idForm is the form of ids that [newID] makes.
var idForm = regexp.MustCompile(`^[A-Z2-7]{26}$`)

// newID returns an id that cannot be guessed.
func newID() string { return rand.Text() }

func (r *record) encode() ([]byte, error) {
	data, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode job: %w", err)
	}
	return data, nil
}

func decode(data []byte) (*record, error) {
	r := &record{}
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("decode job: %w", err)
	}
	size := 0
	for _, c := range r.Chunks {
		if c.Size < 0 {
			return nil, errors.New("decode job: a chunk has no size")
		}
		size += c.Size
	}
	if size != len(r.Marks) {
		return nil, errors.New("decode job: the number of marks differs from the number of sessions")
	}
	return r, nil
}

func (r *record) running() bool { return r.Finished == 0 }

// leased reports whether a process works on the job.
func (r *record) leased(now time.Time) bool { return now.UnixMilli() < r.Lease }

// job returns the job with its counts. Its failures have no ids.
func (r *record) job() Job {
	j := Job{
		ID: r.ID, UserID: r.UserID, Impersonated: r.Acting, Actor: r.Actor, Scope: r.Scope, State: Running, Total: len(r.Marks), Problem: r.Problem,
		Started: instant(r.Started), Updated: instant(r.Updated), Finished: instant(r.Finished),
	}
	if !r.running() {
		j.State = Finished
	}
	for _, m := range []byte(r.Marks) {
		switch why := mark(m).reason(); {
		case why != "":
			j.Failed = append(j.Failed, Failure{Reason: why})
		case mark(m) == revoked:
			j.Revoked++
		case mark(m) == gone:
			j.AlreadyGone++
		case mark(m) == last:
			j.CurrentKept = !r.running()
		}
	}
	return j
}

func instant(milliseconds int64) time.Time {
	if milliseconds == 0 {
		return time.Time{}
	}
	return time.UnixMilli(milliseconds).UTC()
}

// keys names the records of one Clerk instance. It hashes ids whose length is not ours to choose.
type keys struct{ prefix string }

func newKeys(instance string) keys { return keys{prefix: "signout:" + storekey.Short(instance) + ":"} }

func (k keys) job(id string) string   { return k.prefix + "job:" + id }
func (k keys) ids(name string) string { return k.prefix + "ids:" + name }
func (k keys) pace() string           { return k.prefix + "pace" }
func (k keys) open() string           { return k.prefix + "open" }

// user is the key of the pointer to a job of the user. Each actor who impersonates the user has a separate pointer.
func (k keys) user(w whose) string {
	if w.acting {
		return k.prefix + "user:" + storekey.Short(w.userID+"\x00"+w.actor)
	}
	return k.prefix + "user:" + storekey.Short(w.userID)
}

// whose identifies the owner of jobs: the user, or an actor who impersonates the user.
type whose struct {
	userID string
	acting bool
	actor  string
}

func (r *record) whose() whose { return whose{userID: r.UserID, acting: r.Acting, actor: r.Actor} }

func (q Request) whose() whose {
	return whose{userID: q.UserID, acting: q.Impersonated, actor: q.Actor}
}
