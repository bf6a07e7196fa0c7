package desk_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/internal/desk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

const site = "https://app.example"

// watchedStore counts what is asked of it, and can be away.
type watchedStore struct {
	storage.Store

	loads atomic.Int64
	away  atomic.Bool
}

func (s *watchedStore) Load(ctx context.Context, key string) ([]byte, error) {
	s.loads.Add(1)
	if s.away.Load() {
		return nil, storage.ErrUnavailable
	}
	return s.Store.Load(ctx, key)
}

func newDesk(t *testing.T) (*desk.Desk, *watchedStore) {
	t.Helper()
	store := &watchedStore{Store: storage.NewMemory(storage.MemoryConfig{})}
	d, err := desk.New(forms.Config{Store: store, Keys: [][]byte{[]byte(strings.Repeat("k", 32))}})
	if err != nil {
		t.Fatal(err)
	}
	return d, store
}

type option func(*http.Request)

func header(name, value string) option { return func(r *http.Request) { r.Header.Set(name, value) } }

func cookies(all ...*http.Cookie) option {
	return func(r *http.Request) {
		for _, c := range all {
			r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
		}
	}
}

// sent is a form that a page of the application sends, changed by options.
func sent(t *testing.T, target, body string, options ...option) visit.Visit {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Origin", r.URL.Scheme+"://"+r.URL.Host)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Sec-Fetch-Dest", "document")
	for _, change := range options {
		change(r)
	}
	read, err := visit.NewSite(nil, "")
	if err != nil {
		t.Fatal(err)
	}
	return read.Read(r, visit.Peer{})
}

// unread fails the test when somebody reads it.
type unread struct{ t *testing.T }

func (b unread) Read([]byte) (int, error) {
	b.t.Error("the body was read")
	return 0, io.EOF
}

func (unread) Close() error { return nil }

func TestAFormIsRefusedBeforeItIsRead(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, target string
		change       option
		want         error
	}{
		{"of another site", site, header("Sec-Fetch-Site", "cross-site"), desk.ErrNotKeepable},
		{"of a site that the browser does not name", site, func(r *http.Request) { r.Header.Del("Origin"); r.Header.Del("Sec-Fetch-Site") }, desk.ErrNotKeepable},
		{"of a program", site, header("Sec-Fetch-Dest", "empty"), desk.ErrNotKeepable},
		{"that changes nothing", site, func(r *http.Request) { r.Method = http.MethodGet }, desk.ErrNotKeepable},
		{"of a browser that drops the cookie", "http://app.example", func(r *http.Request) { r.Header.Del("Sec-Fetch-Site") }, desk.ErrNoCookie},
		{"that says that it is too large", site, func(r *http.Request) { r.ContentLength = desk.MaxSize + 1 }, desk.ErrTooLarge},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			d, store := newDesk(t)
			v := sent(t, row.target+"/orders", "a=1", row.change)
			v.Request.Body = unread{t}
			cookie, err := d.Park(t.Context(), v, forms.User("user_1"), "")
			if !errors.Is(err, row.want) || cookie != nil {
				t.Errorf("cookie %v, error %v, want %v", cookie, err, row.want)
			}
			if store.loads.Load() != 0 {
				t.Error("the store was asked")
			}
		})
	}
}

func TestAFormThatTurnsOutTooLargeIsNotKept(t *testing.T) {
	t.Parallel()
	d, _ := newDesk(t)
	v := sent(t, site+"/orders", strings.Repeat("x", desk.MaxSize+1), func(r *http.Request) { r.ContentLength = -1 })
	if cookie, err := d.Park(t.Context(), v, forms.User("user_1"), ""); !errors.Is(err, desk.ErrTooLarge) || cookie != nil {
		t.Errorf("cookie %v, error %v", cookie, err)
	}
}

// A browser may bring any number of cookies: no more than 64 of them cost a call to the store, and no form is added to so many.
func TestOnly64CookiesAreLookedAt(t *testing.T) {
	t.Parallel()
	d, store := newDesk(t)
	kept := make([]*http.Cookie, 0, 80)
	for i := range 80 { // of as many users: each has its place
		cookie, err := d.Park(t.Context(), sent(t, site+"/orders", "a=1"), forms.User(fmt.Sprintf("user_%d", i)), "")
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, cookie)
	}
	store.loads.Store(0)
	asker := desk.Asker{Visit: sent(t, site+"/waiting", "", cookies(kept...)), Owner: forms.User("user_nobody")}
	if list, err := d.List(t.Context(), asker); err != nil || len(list) != 0 {
		t.Errorf("%d forms, error %v", len(list), err)
	}
	if got := store.loads.Load(); got != 64 {
		t.Errorf("the store was asked %d times", got)
	}
	cookie, err := d.Park(t.Context(), sent(t, site+"/orders", "a=1", cookies(kept...)), forms.User("user_nobody"), "")
	if !errors.Is(err, desk.ErrTooManyInBrowser) || cookie != nil {
		t.Errorf("cookie %v, error %v", cookie, err)
	}
}

// The request that sends a form again is what the browser would send now, after the response at hand.
func TestAClaimedFormIsSentAsTheBrowserWouldSendItNow(t *testing.T) {
	t.Parallel()
	d, _ := newDesk(t)
	first := sent(t, site+"/orders?n=1", "a=1", header("X-Then", "then"))
	cookie, err := d.Park(t.Context(), first, forms.Owner{}, "")
	if err != nil {
		t.Fatal(err)
	}
	ctx, leave := context.WithCancel(t.Context())
	now := sent(t, site+"/waiting", "handle=x", header("X-Now", "now"), cookies(cookie, &http.Cookie{Name: "old", Value: "1"},
		&http.Cookie{Name: "renewed", Value: "1"}, &http.Cookie{Name: "dropped", Value: "1"}))
	now.Request = now.Request.WithContext(ctx)
	asker := desk.Asker{Visit: now}
	list, err := d.List(t.Context(), asker)
	if err != nil || len(list) != 1 || !list[0].Anonymous || strings.Contains(cookie.Value, list[0].Handle) {
		t.Fatalf("list %+v, error %v", list, err)
	}
	response := http.Header{"Set-Cookie": {"renewed=2; Path=/", "dropped=; Max-Age=0", "added=3"}}
	again, forgotten, err := d.Claim(t.Context(), asker, list[0].Handle, response)
	if err != nil {
		t.Fatal(err)
	}
	leave()
	body, err := io.ReadAll(again.Body)
	if err != nil || again.Context().Err() != nil {
		t.Errorf("body error %v, context error %v", err, again.Context().Err())
	}
	got := []string{
		again.Method, again.RequestURI, again.Host, string(body), again.Header.Get("Content-Type"), again.Header.Get("Cookie"),
		again.Header.Get("X-Then"), again.Header.Get("X-Now"), forgotten.Name,
	}
	want := []string{
		http.MethodPost, "/orders?n=1", "app.example", "a=1", "application/x-www-form-urlencoded", "old=1; renewed=2; added=3",
		"", "now", cookie.Name,
	}
	if diff := cmp.Diff(want, got); diff != "" || forgotten.MaxAge >= 0 || !visit.IsReplay(again) {
		t.Errorf("max age %d, replay %v (-want +got):\n%s", forgotten.MaxAge, visit.IsReplay(again), diff)
	}
	if again, forgotten, err := d.Claim(t.Context(), asker, list[0].Handle, nil); !errors.Is(err, desk.ErrNotFound) || again != nil || forgotten != nil {
		t.Errorf("the second time: request %v, cookie %v, error %v", again, forgotten, err)
	}
}

// With an error nothing is given out, and a form is left where it is.
func TestWhileTheStoreIsAwayNothingIsGivenOut(t *testing.T) {
	t.Parallel()
	d, store := newDesk(t)
	cookie, err := d.Park(t.Context(), sent(t, site+"/orders", "a=1"), forms.User("user_1"), "")
	if err != nil {
		t.Fatal(err)
	}
	asker := desk.Asker{Visit: sent(t, site+"/waiting", "", cookies(cookie)), Owner: forms.User("user_1")}
	list, err := d.List(t.Context(), asker)
	if err != nil || len(list) != 1 {
		t.Fatalf("list %+v, error %v", list, err)
	}
	store.away.Store(true)
	again, forgotten, err := d.Claim(t.Context(), asker, list[0].Handle, nil)
	if !errors.Is(err, storage.ErrUnavailable) || again != nil || forgotten != nil {
		t.Errorf("claim: request %v, cookie %v, error %v", again, forgotten, err)
	}
	if forgotten, err := d.Discard(t.Context(), asker, list[0].Handle); !errors.Is(err, storage.ErrUnavailable) || forgotten != nil {
		t.Errorf("discard: cookie %v, error %v", forgotten, err)
	}
	if list, err := d.List(t.Context(), asker); !errors.Is(err, storage.ErrUnavailable) || list != nil {
		t.Errorf("list: %+v, error %v", list, err)
	}
	store.away.Store(false)
	if left, err := d.List(t.Context(), asker); err != nil || len(left) != 1 {
		t.Errorf("left: %+v, error %v", left, err)
	}
}
