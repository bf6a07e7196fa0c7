package forms_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

func TestAFormComesBackOnce(t *testing.T) {
	t.Parallel()
	for _, owner := range []forms.Owner{forms.User("user_1"), forms.Browser(browserSecret)} {
		for _, body := range [][]byte{nil, []byte("a=b"), bytes.Repeat([]byte{0, 255, '&', '\n'}, 64<<8)} { // up to 64 KiB
			y := newYard(t, nil)
			form := formOf(owner)
			form.Body = body
			id := y.mustPark(t, form)
			for range 3 {
				if !y.has(t, id, owner) {
					t.Fatal("looking at it took it away")
				}
			}
			got, err := y.Claim(t.Context(), id, owner)
			if err != nil {
				t.Fatal(err)
			}
			if got.Owner != owner || !bytes.Equal(got.Body, body) {
				t.Errorf("owner %v, %d bytes", got.Owner, len(got.Body))
			}
			got.Owner, got.Body, form.Owner, form.Body = forms.Owner{}, nil, forms.Owner{}, nil
			if diff := cmp.Diff(fmt.Sprintf("%+v", form), fmt.Sprintf("%+v", got)); diff != "" {
				t.Error(diff)
			}
			if _, err := y.Claim(t.Context(), id, owner); !errors.Is(err, forms.ErrNotFound) {
				t.Errorf("the second time: %v", err)
			}
			if left := y.store.keys(""); len(left) != 0 {
				t.Errorf("left in the store: %v", left)
			}
		}
	}
}

// TestBytesStayAsTheyAre: also in a request that is not UTF-8.
func TestBytesStayAsTheyAre(t *testing.T) {
	t.Parallel()
	y := newYard(t, nil)
	form := formOf(forms.User("user_1"))
	form.Path, form.ContentType = "/caf\xe9?\xff", "text/plain; charset=\xfe"
	got, err := y.Claim(t.Context(), y.mustPark(t, form), form.Owner)
	if err != nil || got.Path != form.Path || got.ContentType != form.ContentType {
		t.Errorf("path %q, content type %q, error %v", got.Path, got.ContentType, err)
	}
}

func TestOthersFindNothing(t *testing.T) {
	t.Parallel()
	y := newYard(t, nil)
	mine, browsers := y.mustPark(t, formOf(forms.User("user_1"))), y.mustPark(t, formOf(forms.Browser(browserSecret)))
	tests := []struct {
		name  string
		id    string
		owner forms.Owner
	}{
		{"another user", mine, forms.User("user_2")},
		{"nobody", mine, forms.Owner{}},
		{"a user without an id", mine, forms.User("")},
		{"a browser whose secret is the user's id", mine, forms.Browser("user_1")},
		{"a browser for a user's form", mine, forms.Browser(browserSecret)},
		{"a user whose id is the browser's secret", browsers, forms.User(browserSecret)},
		{"another browser", browsers, forms.Browser(strings.ToUpper(browserSecret))},
		{"a browser with half of the secret", browsers, forms.Browser(browserSecret[:11])},
		{"a browser without a secret", browsers, forms.Browser("")},
		{"an id that never was", "AAAAAAAAAAAAAAAAAAAAAAAAAA", forms.User("user_1")},
		{"an empty id", "", forms.User("user_1")},
		{"an id in lower case", strings.ToLower(mine), forms.User("user_1")},
		{"an id and more", mine + "A", forms.User("user_1")},
		{"a key of the store", "owner:" + mine, forms.User("user_1")},
	}
	for _, tt := range tests {
		_, peek := y.Peek(t.Context(), tt.id, tt.owner)
		_, take := y.Claim(t.Context(), tt.id, tt.owner)
		drop := y.Discard(t.Context(), tt.id, tt.owner)
		for _, err := range []error{peek, take, drop} {
			if !errors.Is(err, forms.ErrNotFound) {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
	}
	if !y.has(t, mine, forms.User("user_1")) || !y.has(t, browsers, forms.Browser(browserSecret)) {
		t.Error("others took what they could not see")
	}
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	owner := forms.User("user_1")
	for _, lifetime := range []time.Duration{0, time.Minute, 24 * time.Hour} {
		y := newYard(t, func(c *forms.Config) { c.Lifetime = lifetime })
		if lifetime == 0 {
			lifetime = time.Hour
		}
		id := y.mustPark(t, formOf(owner))
		y.clock.Advance(lifetime - time.Millisecond)
		if !y.has(t, id, owner) {
			t.Errorf("%s: gone before its time", lifetime)
		}
		y.clock.Advance(time.Millisecond)
		if _, err := y.Claim(t.Context(), id, owner); !errors.Is(err, forms.ErrNotFound) {
			t.Errorf("%s: %v", lifetime, err)
		}
	}
}

func TestExpiryByTheParkingsClock(t *testing.T) {
	t.Parallel()
	y := newYard(t, nil)
	owner := forms.User("user_1")
	id := y.mustPark(t, formOf(owner))
	record := y.otherRecord(t)
	y.clock.Advance(time.Hour)
	if _, err := y.store.CompareAndSwap(t.Context(), y.store.keys("forms:form:")[0], nil, record, time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, err := y.Claim(t.Context(), id, owner); !errors.Is(err, forms.ErrNotFound) {
		t.Errorf("error is %v", err)
	}
}

// TestNonsenseDoesNotReachTheStore.
func TestNonsenseDoesNotReachTheStore(t *testing.T) {
	t.Parallel()
	y := newYard(t, nil)
	if y.has(t, "nonsense", forms.User("user_1")) || y.has(t, "AAAAAAAAAAAAAAAAAAAAAAAAAA", forms.Browser("short")) {
		t.Error("found something")
	}
	if y.store.calls != 0 {
		t.Errorf("the store was asked %d times", y.store.calls)
	}
}

// TestTheStoresWordOnExpiryIsNotNeeded: an expired form stays expired, even if the store keeps its record for too long.
func TestTheStoresWordOnExpiryIsNotNeeded(t *testing.T) {
	t.Parallel()
	y := newYard(t, nil)
	owner := forms.User("user_1")
	id := y.mustPark(t, formOf(owner))
	key := y.store.keys("forms:form:")[0]
	record, err := y.store.Load(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	y.clock.Advance(time.Hour)
	if _, err := y.store.CompareAndSwap(t.Context(), key, nil, record, time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, err := y.Claim(t.Context(), id, owner); !errors.Is(err, forms.ErrNotFound) {
		t.Errorf("error is %v", err)
	}
}

func TestRecordsThatAreNotOurs(t *testing.T) {
	t.Parallel()
	owner := forms.User("user_1")
	tests := []struct {
		name   string
		change func(y *yard, record []byte) []byte
	}{
		{"a changed bit", func(_ *yard, r []byte) []byte { r[len(r)/2] ^= 1; return r }},
		{"a changed version", func(_ *yard, r []byte) []byte { r[0] ^= 1; return r }},
		{"half of it", func(_ *yard, r []byte) []byte { return r[:len(r)/2] }},
		{"something appended", func(_ *yard, r []byte) []byte { return append(r, 0) }},
		{"nothing", func(*yard, []byte) []byte { return []byte{} }},
		{"text", func(*yard, []byte) []byte { return []byte("hello") }},
		{"another user's form", func(y *yard, _ []byte) []byte {
			y.mustPark(t, formOf(forms.User("user_2")))
			return y.otherRecord(t)
		}},
		{"another form of the same user", func(y *yard, _ []byte) []byte {
			y.mustPark(t, formOf(owner))
			return y.otherRecord(t)
		}},
		{"a record of another keyring", func(y *yard, _ []byte) []byte {
			record, err := newRing(t, y.clock.Now, 2).SealRecord("parked form", []byte("\x00\x00\x00\x02{}"), noon().Add(time.Hour), nil)
			if err != nil {
				t.Fatal(err)
			}
			return record
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			y := newYard(t, nil)
			id := y.mustPark(t, formOf(owner))
			key := y.store.keys("forms:form:")[0]
			old, err := y.store.Load(t.Context(), key)
			if err != nil {
				t.Fatal(err)
			}
			y.store.mu.Lock()
			y.store.records[key] = nil // so that otherRecord finds the other one
			y.store.mu.Unlock()
			changed := tt.change(y, bytes.Clone(old))
			if swapped, err := y.store.CompareAndSwap(t.Context(), key, old, changed, time.Hour); err != nil || !swapped {
				t.Fatal(swapped, err)
			}
			if _, err := y.Peek(t.Context(), id, owner); !errors.Is(err, forms.ErrNotFound) {
				t.Errorf("peek: %v", err)
			}
			if form, err := y.Claim(t.Context(), id, owner); !errors.Is(err, forms.ErrNotFound) || form.Body != nil {
				t.Errorf("take: %v", err)
			}
		})
	}
}

func (y *yard) otherRecord(tb testing.TB) []byte {
	tb.Helper()
	record, err := y.store.Load(tb.Context(), y.store.keys("forms:form:")[0])
	if err != nil {
		tb.Fatal(err)
	}
	return record
}

func TestTheStoreSeesNothing(t *testing.T) {
	t.Parallel()
	y := newYard(t, nil)
	id := y.mustPark(t, formOf(forms.User("user_secret")))
	y.mustPark(t, formOf(forms.Browser(browserSecret)))
	for key, record := range y.store.records {
		for _, part := range []string{id, "user_secret", browserSecret, "Hello", "/notes"} {
			if strings.Contains(key, part) || bytes.Contains(record, []byte(part)) {
				t.Errorf("%s holds %q", key, part)
			}
		}
		if len(key) > storage.MaxKeyBytes {
			t.Errorf("key %s is too long", key)
		}
	}
}

func TestIDsDiffer(t *testing.T) {
	t.Parallel()
	y := newYard(t, func(c *forms.Config) { c.PerOwner = forms.MaxPerOwner })
	seen := map[string]bool{}
	for range 100 {
		id := y.mustPark(t, formOf(forms.User("user_1")))
		if seen[id] || len(id)*5 < 128 { // 5 bits a character
			t.Fatalf("id %q", id)
		}
		seen[id] = true
	}
}

func TestFormsThatAreNotTaken(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(f *forms.Form)
		want   error
	}{
		{"a form", func(*forms.Form) {}, nil},
		{"a PUT", func(f *forms.Form) { f.Method = "PUT" }, nil},
		{"no content type", func(f *forms.Form) { f.ContentType = "" }, nil},
		{"a body at the limit", func(f *forms.Form) { f.Body = make([]byte, 256<<10) }, nil},
		{"a body above the limit", func(f *forms.Form) { f.Body = make([]byte, 256<<10+1) }, forms.ErrTooLarge},
		{"a GET", func(f *forms.Form) { f.Method = "GET" }, forms.ErrInvalid},
		{"no method", func(f *forms.Form) { f.Method = "" }, forms.ErrInvalid},
		{"a method in lower case", func(f *forms.Form) { f.Method = "post" }, forms.ErrInvalid},
		{"no path", func(f *forms.Form) { f.Path = "" }, forms.ErrInvalid},
		{"a relative path", func(f *forms.Form) { f.Path = "notes" }, forms.ErrInvalid},
		{"another site", func(f *forms.Form) { f.Path = "https://evil.example/" }, forms.ErrInvalid},
		{"another host", func(f *forms.Form) { f.Path = "//evil.example/" }, forms.ErrInvalid},
		{"another host by backslash", func(f *forms.Form) { f.Path = `/\evil.example/` }, forms.ErrInvalid},
		{"another host by tab", func(f *forms.Form) { f.Path = "/\t/evil.example/" }, forms.ErrInvalid},
		{"a path with a line break", func(f *forms.Form) { f.Path = "/a\r\nb" }, forms.ErrInvalid},
		{"a path of megabytes", func(f *forms.Form) { f.Path = "/" + strings.Repeat("a", 1<<20) }, forms.ErrInvalid},
		{"a content type with a line break", func(f *forms.Form) { f.ContentType = "a\nb" }, forms.ErrInvalid},
		{"a content type of kilobytes", func(f *forms.Form) { f.ContentType = strings.Repeat("a", 2000) }, forms.ErrInvalid},
		{"no owner", func(f *forms.Form) { f.Owner = forms.Owner{} }, forms.ErrInvalid},
		{"a user without an id", func(f *forms.Form) { f.Owner = forms.User("") }, forms.ErrInvalid},
		{"a browser that can be guessed", func(f *forms.Form) { f.Owner = forms.Browser("123") }, forms.ErrInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			y := newYard(t, nil)
			form := formOf(forms.User("user_1"))
			tt.change(&form)
			id, err := y.Park(t.Context(), form)
			if !errors.Is(err, tt.want) || (id == "") != (tt.want != nil) {
				t.Fatalf("id %q, error %v", id, err)
			}
			if tt.want != nil && len(y.store.records) != 0 {
				t.Error("something was written")
			}
		})
	}
}

func TestDiscard(t *testing.T) {
	t.Parallel()
	y := newYard(t, nil)
	owner := forms.User("user_1")
	id := y.mustPark(t, formOf(owner))
	if err := y.Discard(t.Context(), id, owner); err != nil {
		t.Fatal(err)
	}
	if y.has(t, id, owner) || len(y.store.keys("")) != 0 {
		t.Error("it is still there")
	}
	if err := y.Discard(t.Context(), id, owner); !errors.Is(err, forms.ErrNotFound) {
		t.Errorf("the second time: %v", err)
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	store := storage.NewMemory(storage.MemoryConfig{})
	tests := []struct {
		name     string
		config   forms.Config
		problems []string
	}{
		{"the least", forms.Config{Store: store, Keys: keys(1)}, nil},
		{"the largest forms", forms.Config{Store: store, Keys: keys(1), MaxForm: forms.MaxFormLimit}, nil},
		{"nothing at all", forms.Config{}, []string{"Store", "Keys"}},
		{
			"every problem is named",
			forms.Config{MaxForm: -1, MaxTotal: -1, Lifetime: time.Second, PerOwner: -1},
			[]string{"Store", "Keys", "MaxForm", "MaxTotal", "Lifetime", "PerOwner"},
		},
		{"a total of one form", forms.Config{Store: store, Keys: keys(1), MaxTotal: 256 << 10}, []string{"MaxTotal"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := forms.New(tt.config)
			if (err != nil) != (tt.problems != nil) {
				t.Fatalf("error is %v", err)
			}
			for _, part := range tt.problems {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("error %q does not say %q", err, part)
				}
			}
		})
	}
}

func TestOwnersAreNotPrinted(t *testing.T) {
	t.Parallel()
	form := formOf(forms.Browser(browserSecret))
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "owner", form.Owner)
	if text := fmt.Sprintf("%v %+v %#v %s", form.Owner, form, form.Owner, log.String()); strings.Contains(text, browserSecret) {
		t.Errorf("the secret in %q", text)
	}
	if o := form.Owner; !o.IsBrowser() || o.IsUser() || !forms.User("u").IsUser() {
		t.Error("kinds of owners are mixed up")
	}
}
