package wire_test

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/redisstore/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
)

func hash(id string) string {
	sum := sha256.Sum256([]byte(id))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

func TestEntriesAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 12, 0, 0, 5, time.UTC)
	until := now.Add(time.Hour)
	rounded := time.Date(2026, 3, 4, 13, 0, 0, int(time.Millisecond), time.UTC)
	for name, row := range map[string]struct {
		given []revocation.Entry
		want  []revocation.Entry
	}{
		"a session": {
			[]revocation.Entry{{SessionID: "sess_1", Until: until}},
			[]revocation.Entry{{SessionID: hash("sess_1"), Until: rounded}},
		},
		"a user": {
			[]revocation.Entry{{UserID: "user_1", IssuedBefore: now, Until: until}},
			[]revocation.Entry{{UserID: hash("user_1"), IssuedBefore: now.Truncate(time.Second), Until: rounded}},
		},
		"a user without a time": {
			[]revocation.Entry{{UserID: "user_1", Until: until}},
			[]revocation.Entry{{UserID: hash("user_1"), IssuedBefore: now.Truncate(time.Second), Until: rounded}},
		},
		"both at once": {
			[]revocation.Entry{{SessionID: "sess_1", UserID: "user_1", IssuedBefore: now, Until: until}},
			[]revocation.Entry{
				{SessionID: hash("sess_1"), Until: rounded},
				{UserID: hash("user_1"), IssuedBefore: now.Truncate(time.Second), Until: rounded},
			},
		},
		"a session that names its user": {
			[]revocation.Entry{{SessionID: "sess_1", UserID: "user_1", Until: until}},
			[]revocation.Entry{{SessionID: hash("sess_1"), Until: rounded}},
		},
		"a member": {
			[]revocation.Entry{{OrganizationID: "org_1", UserID: "user_1", IssuedBefore: now, Until: until}},
			[]revocation.Entry{{OrganizationID: hash("org_1"), UserID: hash("user_1"), IssuedBefore: now.Truncate(time.Second), Until: rounded}},
		},
		"all members, without a time": {
			[]revocation.Entry{{OrganizationID: "org_1", Until: until}},
			[]revocation.Entry{{OrganizationID: hash("org_1"), IssuedBefore: now.Truncate(time.Second), Until: rounded}},
		},
		"a member and a session, without a time": {
			[]revocation.Entry{{SessionID: "sess_1", OrganizationID: "org_1", UserID: "user_1", Until: until}},
			[]revocation.Entry{
				{SessionID: hash("sess_1"), Until: rounded},
				{OrganizationID: hash("org_1"), UserID: hash("user_1"), IssuedBefore: now.Truncate(time.Second), Until: rounded},
			},
		},
		"nobody": {[]revocation.Entry{{Until: until}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var lines []string
			for _, entry := range wire.Hashed(row.given, now) {
				lines = append(lines, wire.Member(entry)+" "+wire.Until(entry))
			}
			got := wire.Message(strings.Join(lines, "\n"))
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatIsNoEntry(t *testing.T) {
	t.Parallel()
	id := hash("sess_1")
	for name, line := range map[string]string{
		"nothing":                      "",
		"no time":                      "s" + id,
		"no kind":                      id + " 5",
		"another kind":                 "x" + id + " 5",
		"a negative time":              "s" + id + " -5",
		"a time with a sign":           "s" + id + " +5",
		"a time with zeros":            "s" + id + " 05",
		"a fraction":                   "s" + id + " 5.5",
		"a time that Redis can't keep": "s" + id + " 9007199254740993",
		"text after it":                "s" + id + " 5 5",
		"a return before the line end": "s" + id + " 5\r",
		"a short id":                   "s" + id[1:] + " 5",
		"a long id":                    "s" + id + "A 5",
		"bits that no hash has":        "s" + id[:21] + "B 5",
		"an id that is not hashed":     "ssess_1 5",
		"a user without a time":        "u" + id + " 5",
		"a user with no number":        "u" + id + ":x 5",
		"a session with a time":        "s" + id + ":5 5",
		"a member without a user":      "m" + id + ":5 5",
		"a member with a short user":   "m" + id + "." + id[1:] + ":5 5",
		"a member without a time":      "m" + id + "." + id + " 5",
		"an organization with a user":  "o" + id + "." + id + ":5 5",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			good := "s" + hash("sess_2") + " 7"
			if got := wire.Message(good + "\n" + line + "\n" + good + "\n"); len(got) != 2 {
				t.Errorf("read %+v beside two good lines", got)
			}
		})
	}
	if got := wire.Message(strings.Repeat("s"+id+" 5\n", 1<<16)); got != nil {
		t.Errorf("%d entries of a message that is too long", len(got))
	}
}

// FuzzMessage: whatever a message is, what is read of it are entries that would be written the same.
func FuzzMessage(f *testing.F) {
	id := hash("sess_1")
	for _, seed := range []string{
		"", "\n", "s" + id + " 5", "u" + id + ":5 5\ns" + id + " 7\n", "s 5", "u: 5", "s" + id + " 99999999999999999999", "\x00\xff \n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, payload string) {
		for _, entry := range wire.Message(payload) {
			line := wire.Member(entry) + " " + wire.Until(entry)
			if !strings.Contains(payload, line) {
				t.Errorf("%q is not in the message", line)
			}
			if diff := cmp.Diff([]revocation.Entry{entry}, wire.Message(line)); diff != "" {
				t.Errorf("read again (-first +second):\n%s", diff)
			}
			if (entry.SessionID == "") == (entry.UserID == "") || entry.Until.IsZero() {
				t.Errorf("an entry of nobody or of two: %+v", entry)
			}
		}
	})
}

func TestWhenAMessageWasSent(t *testing.T) {
	t.Parallel()
	entry := "s" + hash("sess_1") + " 5"
	for name, row := range map[string]struct {
		payload string
		want    int64 // milliseconds; 0: the message does not say
	}{
		"the last line says":              {entry + "\nt 1764270000123", 1764270000123},
		"a message of an earlier release": {entry, 0},
		"another line says":               {"t 1764270000123\n" + entry, 0},
		"no number":                       {entry + "\nt soon", 0},
		"a negative number":               {entry + "\nt -5", 0},
		"nothing":                         {"", 0},
		"a message that is too long":      {strings.Repeat(entry+"\n", 1<<16) + "t 1764270000123", 0},
	} {
		sent, told := wire.Sent(row.payload)
		if told != (row.want != 0) || told && sent.UnixMilli() != row.want {
			t.Errorf("%s: %v, %t", name, sent, told)
		}
		if got := wire.Message(row.payload); len(got) > 1 && len(row.payload) < 100 {
			t.Errorf("%s: %d entries", name, len(got))
		}
	}
}
