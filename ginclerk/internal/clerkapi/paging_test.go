package clerkapi_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
)

// pagedList is a list of Clerk that can change before each request.
type pagedList struct {
	ids     []string
	most    int // entries per page; 500 is Clerk's
	total   func(length int) int
	before  func(request int, l *pagedList)
	request int
}

func numbered(from, to int) []string {
	var ids []string
	for i := from; i < to; i++ {
		ids = append(ids, fmt.Sprintf("sess_%06d", i))
	}
	return ids
}

func (l *pagedList) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if l.before != nil {
		l.before(l.request, l)
	}
	l.request++
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	limit = min(limit, l.most)
	start := min(offset, len(l.ids))
	data := []map[string]any{}
	for _, id := range l.ids[start:min(start+limit, len(l.ids))] {
		data = append(data, map[string]any{"object": "session", "id": id, "status": "active", "user_id": userID})
	}
	total := len(l.ids)
	if l.total != nil {
		total = l.total(total)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"data": data, "total_count": total})
}

func TestListSessionsMissesNone(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		list *pagedList
		want []string
		most int // requests
	}{
		{"no sessions take one request", &pagedList{most: 500}, nil, 1},
		{"ten take one", &pagedList{ids: numbered(0, 10), most: 500}, numbered(0, 10), 1},
		{"499 take one", &pagedList{ids: numbered(0, 499), most: 500}, numbered(0, 499), 1},
		{"a full page is not taken for the end", &pagedList{ids: numbered(0, 500), most: 500}, numbered(0, 500), 2},
		{"501 are all there", &pagedList{ids: numbered(0, 501), most: 500}, numbered(0, 501), 2},
		{"1000 are all there", &pagedList{ids: numbered(0, 1000), most: 500}, numbered(0, 1000), 3},
		{"a server with smaller pages is read to the end", &pagedList{ids: numbered(0, 35), most: 10}, numbered(0, 35), 5},
		{"a server with pages of one is read", &pagedList{ids: numbered(0, 1), most: 1}, numbered(0, 1), 1},
		{
			"a total that is too low ends nothing",
			&pagedList{ids: numbered(0, 1200), most: 500, total: func(int) int { return 0 }},
			numbered(0, 1200), 3,
		},
		{
			"a total that is too high ends at the last entry",
			&pagedList{ids: numbered(0, 20), most: 500, total: func(int) int { return 9999 }},
			numbered(0, 20), 2,
		},
		{
			"entries that leave while it is read hide none that stay",
			&pagedList{ids: numbered(0, 1200), most: 500, before: func(request int, l *pagedList) {
				if request == 1 {
					l.ids = l.ids[100:]
				}
			}},
			numbered(100, 1200), 6,
		},
		{
			"the last entry of a page may leave",
			&pagedList{ids: numbered(0, 1200), most: 500, before: func(request int, l *pagedList) {
				if request == 1 {
					l.ids = slices.Delete(l.ids, 499, 500)
				}
			}},
			append(numbered(0, 499), numbered(500, 1200)...), 6,
		},
		{
			"all but a page may leave",
			&pagedList{ids: numbered(0, 1200), most: 500, before: func(request int, l *pagedList) {
				if request == 2 {
					l.ids = l.ids[1100:]
				}
			}},
			numbered(1100, 1200), 4,
		},
		{
			"an entry that appears in front is there, and none is there twice",
			&pagedList{ids: numbered(1, 1200), most: 500, before: func(request int, l *pagedList) {
				if request == 1 {
					l.ids = slices.Insert(l.ids, 0, "sess_000000")
				}
			}},
			numbered(0, 1200), 6,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			clerk := newStub(t, tt.list.ServeHTTP)
			got, err := newClient(t, clerk.URL).ListSessions(t.Context(), clerkapi.SessionFilter{UserID: userID})
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, s := range got {
				ids = append(ids, s.ID)
			}
			if diff := cmp.Diff(tt.want, ids); diff != "" {
				t.Error(diff)
			}
			if n := len(clerk.requests()); n > tt.most {
				t.Errorf("%d requests, want at most %d", n, tt.most)
			}
		})
	}
}

func TestListThatNeverRestsIsAnOutage(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		list *pagedList
		most int
	}{
		{
			"a list that moves at every request",
			&pagedList{ids: numbered(0, 2000), most: 500, before: func(_ int, l *pagedList) { l.ids = l.ids[1:] }},
			20,
		},
		{"a list without end", &pagedList{ids: numbered(0, 1000), most: 2}, 256},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			clerk := newStub(t, tt.list.ServeHTTP)
			got, err := newClient(t, clerk.URL).ListSessions(t.Context(), clerkapi.SessionFilter{UserID: userID})
			if !errors.Is(err, clerkapi.ErrUnavailable) || got != nil {
				t.Errorf("got %d sessions, error %v", len(got), err)
			}
			if n := len(clerk.requests()); n > tt.most {
				t.Errorf("%d requests, want at most %d", n, tt.most)
			}
		})
	}
}

func TestSessionFilter(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		filter clerkapi.SessionFilter
		query  string // empty means that nothing is asked
	}{
		{"by user", clerkapi.SessionFilter{UserID: userID}, "limit=500&offset=0&paginated=true&user_id=" + userID},
		{"by client and status", clerkapi.SessionFilter{ClientID: client1, Status: "active"}, "client_id=" + client1 + "&limit=500&offset=0&paginated=true&status=active"},
		{"of everybody is refused", clerkapi.SessionFilter{Status: "active"}, ""},
		{"a malformed user is refused", clerkapi.SessionFilter{UserID: "user_1&status=x", ClientID: client1}, ""},
		{"a session's id is no user", clerkapi.SessionFilter{UserID: sessID}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			clerk := newStub(t, says(http.StatusOK, `{"data":[],"total_count":0}`))
			_, err := newClient(t, clerk.URL).ListSessions(t.Context(), tt.filter)
			if tt.query == "" {
				if err == nil || len(clerk.requests()) != 0 {
					t.Errorf("error %v, %d requests", err, len(clerk.requests()))
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := sortedQuery(t, clerk.only(t).Query); got != tt.query {
				t.Errorf("asked %s", got)
			}
		})
	}
}
