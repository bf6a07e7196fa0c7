package token_test

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// breakable is the source of one key, which can be broken: a signature is good then only if it is not looked at.
type breakable struct {
	key  *rsa.PublicKey
	good *big.Int
}

func newBreakable() *breakable {
	key := instanceKey().PublicKey
	return &breakable{key: &key, good: key.N}
}

func (b *breakable) Key(context.Context, string) (*rsa.PublicKey, error) { return b.key, nil }

// remembers reports how many of the tokens are accepted without a look at their signatures.
func (b *breakable) remembers(tb testing.TB, v *token.Verifier, raws ...string) int {
	tb.Helper()
	b.key.N = new(big.Int).Add(b.good, big.NewInt(2))
	defer func() { b.key.N = b.good }()
	known := 0
	for _, raw := range raws {
		if _, err := once(tb, v, raw); err == nil {
			known++
		}
	}
	return known
}

// remembering returns a verifier with a memory of its own, and its key.
func remembering(tb testing.TB, tokens int, changes ...func(*token.Config)) (*token.Verifier, *breakable) {
	tb.Helper()
	keys := newBreakable()
	first := func(c *token.Config) { c.Keys, c.Memory = keys, token.NewMemory(tokens) }
	return verifier(tb, append([]func(*token.Config){first}, changes...)...), keys
}

func mustAccept(tb testing.TB, v *token.Verifier, raws ...string) {
	tb.Helper()
	for _, raw := range raws {
		if _, err := once(tb, v, raw); err != nil {
			tb.Fatal(err)
		}
	}
}

// ofUsers returns a token for each of so many users.
func ofUsers(tb testing.TB, name string, users int) []string {
	tb.Helper()
	raws := make([]string, users)
	for i := range raws {
		raws[i] = signed(tb, header(nil), payload(fields{"sub": fmt.Sprintf("user_%s_%d", name, i)}))
	}
	return raws
}

func TestWhatIsRemembered(t *testing.T) {
	t.Parallel()
	good := signed(t, header(nil), payload(nil))
	for name, row := range map[string]struct {
		tokens int
		raw    string
		config func(*token.Config)
		want   int
	}{
		"a session token":                    {raw: good, want: 1},
		"the same one, spelled otherwise":    {raw: good + "=", want: 1},
		"none where the memory is off":       {raw: good, tokens: -1},
		"none above 4 KiB":                   {raw: signed(t, header(nil), payload(fields{"x": strings.Repeat("x", 4<<10)}))},
		"none that has expired a while ago":  {raw: signed(t, header(nil), payload(fields{"exp": noon.Unix() - 5})), config: forAnHourMore},
		"one that has expired a moment ago":  {raw: signed(t, header(nil), payload(fields{"exp": noon.Unix() - 4})), config: forAnHourMore, want: 1},
		"one that never seems to expire":     {raw: signed(t, header(nil), payload(fields{"exp": 8e12})), want: 1},
		"none that another origin was for":   {raw: signed(t, header(nil), payload(fields{"azp": "https://evil.example"})), config: forParties},
		"none of another audience":           {raw: signed(t, header(nil), payload(fields{"aud": "x"})), config: forAudience},
		"none of another issuer":             {raw: signed(t, header(nil), payload(fields{"iss": "x"}))},
		"none that has not begun":            {raw: signed(t, header(nil), payload(fields{"nbf": noon.Unix() + 60}))},
		"none that lives too long":           {raw: good, config: forOneSecond},
		"none that names no session":         {raw: signed(t, header(nil), payload(fields{"sid": absent}))},
		"none of a template":                 {raw: signed(t, header(fields{"cat": "cl_B7d4PD222AAA"}), payload(nil))},
		"none with another key's signature":  {raw: signedBy(t, foreignKey(), header(nil), payload(nil))},
		"none without algorithm":             {raw: signed(t, header(fields{"alg": "none"}), payload(nil))},
		"none with something after the dots": {raw: good + ".x"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, keys := remembering(t, row.tokens, func(c *token.Config) {
				if row.config != nil {
					row.config(c)
				}
			})
			first, refused := once(t, v, row.raw)
			known := keys.remembers(t, v, row.raw)
			if known != row.want {
				t.Errorf("remembered: %d, want %d", known, row.want)
			}
			again, err := once(t, v, row.raw)
			if diff := cmp.Diff(first, again, all()); diff != "" || textOf(err) != textOf(refused) {
				t.Errorf("another answer later: %v, before %v\n%s", err, refused, diff)
			}
		})
	}
}

func forAnHourMore(c *token.Config) { c.ClockSkew = time.Hour }

func TestMachinesTokensAreRemembered(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{
		"a machine": signed(t, m2mHeader(nil), m2mPayload(nil)), "a user's client": signed(t, oauthHeader(nil), oauthPayload(nil)),
	} {
		v, keys := remembering(t, 0)
		verifyAsMachine := func() error {
			u, err := v.Read(raw)
			if err != nil {
				return err
			}
			_, err = v.VerifyMachine(t.Context(), u)
			return err
		}
		if err := verifyAsMachine(); err != nil {
			t.Fatal(err)
		}
		keys.key.N = foreignKey().N
		if err := verifyAsMachine(); err != nil {
			t.Errorf("%s is not: %v", name, err)
		}
		if _, err := once(t, v, raw); token.ReasonOf(err) != token.ReasonTypeMismatch {
			t.Errorf("%s, remembered, as a session token: %v", name, err)
		}
	}
}

// A handshake token is good for one use, so nothing is gained by remembering it.
func TestHandshakesAreNotRemembered(t *testing.T) {
	t.Parallel()
	v, keys := remembering(t, 0, func(c *token.Config) {
		c.UnsafeSkipIssuer, c.UnsafeAllowMissingSessionID = true, true
	})
	raw := signed(t, header(nil), fields{"handshake": []string{"__session=x"}, "exp": noon.Unix() + 60})
	if _, err := v.VerifyHandshake(t.Context(), raw); err != nil {
		t.Fatal(err)
	}
	keys.key.N = foreignKey().N
	if _, err := v.VerifyHandshake(t.Context(), raw); token.ReasonOf(err) != token.ReasonInvalidSignature {
		t.Errorf("its signature was not looked at: %v", err)
	}
	if _, err := once(t, v, raw); err == nil {
		t.Error("it is a session's")
	}
}

// What is remembered counts only while the key source returns the very key.
func TestARememberedTokenGoesWithItsKey(t *testing.T) {
	t.Parallel()
	raw := signed(t, header(nil), payload(nil))
	same := instanceKey().PublicKey
	withdrawn := &token.Error{Reason: token.ReasonJWKKidMismatch}
	for name, row := range map[string]struct {
		key    *rsa.PublicKey
		err    error
		want   token.Reason
		outage bool
	}{
		"the key was withdrawn":            {err: withdrawn, want: token.ReasonJWKKidMismatch},
		"its id has another key":           {key: &foreignKey().PublicKey, want: token.ReasonInvalidSignature},
		"the key can't be had":             {err: token.ErrKeysUnavailable, want: token.ReasonJWKFailedToResolve, outage: true},
		"the source fails":                 {err: errors.New("trouble"), want: token.ReasonJWKFailedToResolve, outage: true},
		"the source has no key, no error":  {want: token.ReasonJWKFailedToResolve, outage: true},
		"the same key was fetched anew":    {key: &same},
		"the source returns key and error": {key: &instanceKey().PublicKey, err: withdrawn, want: token.ReasonJWKKidMismatch},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var changed atomic.Bool
			v := verifier(t, ownMemory, func(c *token.Config) {
				c.Keys = keyFunc(func(context.Context, string) (*rsa.PublicKey, error) {
					if changed.Load() {
						return row.key, row.err
					}
					return &instanceKey().PublicKey, nil
				})
			})
			mustAccept(t, v, raw, raw)
			for range 3 {
				changed.Store(true)
				claims, err := once(t, v, raw)
				if token.ReasonOf(err) != row.want || errors.Is(err, token.ErrKeysUnavailable) != row.outage || (claims == nil) != (err != nil) {
					t.Errorf("%v, %v; want reason %q", claims, err, row.want)
				}
				changed.Store(false)
				mustAccept(t, v, raw)
			}
		})
	}
}

// A verifier may be given a token that was read before the key changed.
func TestAReadingDoesNotOutliveItsKey(t *testing.T) {
	t.Parallel()
	raw := signed(t, header(nil), payload(nil))
	key := &instanceKey().PublicKey
	v := verifier(t, ownMemory, func(c *token.Config) {
		c.Keys = keyFunc(func(context.Context, string) (*rsa.PublicKey, error) { return key, nil })
	})
	mustAccept(t, v, raw)
	read, err := v.Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	key = &foreignKey().PublicKey
	if _, err := v.Verify(t.Context(), read); token.ReasonOf(err) != token.ReasonInvalidSignature {
		t.Errorf("%v", err)
	}
	if _, err := verifier(t, ownMemory, func(c *token.Config) { c.Keys = noKeys{} }).Verify(t.Context(), read); token.ReasonOf(err) != token.ReasonJWKKidMismatch {
		t.Errorf("another instance: %v", err)
	}
}

// noKeys are the keys of an instance that has none with this id.
type noKeys struct{}

func (noKeys) Key(context.Context, string) (*rsa.PublicKey, error) {
	return nil, &token.Error{Reason: token.ReasonJWKKidMismatch}
}

// Verifiers that share a memory answer as each would alone, in every order.
func TestVerifiersThatShareAMemoryDecideAlone(t *testing.T) {
	t.Parallel()
	at := func(d time.Duration) func(*token.Config) {
		return func(c *token.Config) { c.Now = func() time.Time { return noon.Add(d) } }
	}
	raw := signed(t, header(nil), payload(fields{"aud": "api.example.com"}))
	memory := token.NewMemory(0)
	sharing := func(c *token.Config) { c.Memory = memory }
	type sharer struct {
		name string
		v    *token.Verifier
		want token.Reason
	}
	rows := []sharer{
		{"the usual", verifier(t, sharing), ""},
		{"the right party", verifier(t, sharing, forParties), ""},
		{"another party", verifier(t, sharing, func(c *token.Config) { c.AuthorizedParties = []string{"https://x.example"} }), token.ReasonInvalidAuthorizedParties},
		{"another issuer", verifier(t, sharing, func(c *token.Config) { c.Issuers = []string{"https://x.example"} }), token.ReasonInvalidIssuer},
		{"another audience", verifier(t, sharing, func(c *token.Config) { c.Audiences = []string{"x"} }), token.ReasonVerificationFailed},
		{"a short life", verifier(t, sharing, forOneSecond), token.ReasonLifetime},
		{"a clock of a minute later", verifier(t, sharing, at(time.Minute)), token.ReasonExpired},
		{"a clock of a minute later that forgives", verifier(t, sharing, at(time.Minute), forAnHourMore), ""},
		{"a clock of a year later, lapsed", verifier(t, sharing, at(365*24*time.Hour)).WithClockSkew(366 * 24 * time.Hour), ""},
		{"a clock of an hour before", verifier(t, sharing, at(-time.Hour)), token.ReasonNotActiveYet},
		{"no key", verifier(t, sharing, func(c *token.Config) { c.Keys = noKeys{} }), token.ReasonJWKKidMismatch},
		{"another instance's key", verifier(t, sharing, func(c *token.Config) {
			c.Keys = keyFunc(func(context.Context, string) (*rsa.PublicKey, error) { return &foreignKey().PublicKey, nil })
		}), token.ReasonInvalidSignature},
	}
	for range 2 {
		for _, first := range rows {
			for _, second := range rows {
				for _, row := range []sharer{first, second} {
					if _, err := once(t, row.v, raw); token.ReasonOf(err) != row.want {
						t.Errorf("%s, after %s: %v, want %q", row.name, first.name, err, row.want)
					}
				}
			}
		}
	}
}

func TestAMemoryHoldsNoMoreThanItsBound(t *testing.T) {
	t.Parallel()
	raws := ofUsers(t, "a", 100)
	for _, row := range []struct{ tokens, want int }{{1, 16}, {16, 16}, {-1, 0}, {1000, 100}, {math.MaxInt, 100}, {math.MinInt, 0}} {
		v, keys := remembering(t, row.tokens)
		mustAccept(t, v, raws...)
		if got := keys.remembers(t, v, raws...); got != row.want {
			t.Errorf("a memory of %d tokens has %d, want %d", row.tokens, got, row.want)
		}
	}
}

// One user can have any number of good tokens made, and can spell each in many ways.
func TestOneUserDoesNotPushOutTheOthers(t *testing.T) {
	t.Parallel()
	const users, flood = 100, 2000
	for name, next := range map[string]func(i int) string{
		"with new tokens": func(i int) string {
			return signed(t, header(nil), payload(fields{"sub": "user_flood", "sid": fmt.Sprintf("sess_%d", i)}))
		},
		"with one token in many spellings": func(i int) string {
			return signed(t, header(nil), payload(fields{"sub": "user_flood"})) + strings.Repeat("=", i)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, keys := remembering(t, 2*users)
			others := ofUsers(t, "b", users)
			mustAccept(t, v, others...)
			before := keys.remembers(t, v, others...)
			for i := range flood {
				mustAccept(t, v, next(i))
			}
			if after := keys.remembers(t, v, others...); before < users*9/10 || after < before*9/10 {
				t.Errorf("of %d tokens that were known, %d are left", before, after)
			}
		})
	}
}

// Whatever is refused takes no place, however full the memory is.
func TestRefusedTokensPushOutNothing(t *testing.T) {
	t.Parallel()
	v, keys := remembering(t, 16, forParties)
	good := ofUsers(t, "good", 16)
	mustAccept(t, v, good...)
	for i := range 100 {
		user := fmt.Sprintf("user_bad_%d", i)
		for _, bad := range []string{
			good[i%len(good)][:len(good[0])-8] + "AAAAAAAA",
			signedBy(t, foreignKey(), header(nil), payload(fields{"sub": user})),
			signed(t, header(nil), payload(fields{"sub": user, "exp": noon.Unix() - 60})),
			signed(t, header(nil), payload(fields{"sub": user, "azp": "https://evil.example"})),
			signed(t, header(nil), payload(fields{"sub": user, "iss": "https://evil.example"})),
			signed(t, header(fields{"cat": "cl_B7d4PD222AAA"}), payload(fields{"sub": user})),
			user,
		} {
			if _, err := once(t, v, bad); err == nil {
				t.Fatalf("%.40s is accepted", bad)
			}
		}
	}
	if got := keys.remembers(t, v, good...); got != len(good) {
		t.Errorf("%d of %d are left", got, len(good))
	}
}

// Many users who come once do not push out those who come again and again.
func TestTokensInUseStay(t *testing.T) {
	t.Parallel()
	v, keys := remembering(t, 16)
	busy, passing := ofUsers(t, "busy", 8), ofUsers(t, "passing", 200)
	for _, raw := range passing {
		mustAccept(t, v, busy...)
		mustAccept(t, v, raw)
	}
	if got := keys.remembers(t, v, busy...); got != len(busy) {
		t.Errorf("%d of %d are left", got, len(busy))
	}
}

func TestExpiredTokensGo(t *testing.T) {
	t.Parallel()
	now := noon
	v, keys := remembering(t, 64, func(c *token.Config) { c.Now = func() time.Time { return now } })
	old := ofUsers(t, "old", 20)
	mustAccept(t, v, old...)
	forgiving := v.WithClockSkew(time.Hour)
	now = noon.Add(59 * time.Second)
	if got := keys.remembers(t, forgiving, old...); got != len(old) {
		t.Errorf("%d of %d are left before they expire", got, len(old))
	}
	now = noon.Add(time.Minute)
	for i := range 4 { // a memory of 64 tokens has 4 parts, and each new token clears one and its own
		mustAccept(t, v, signed(t, header(nil), payload(fields{"sub": fmt.Sprintf("user_new_%d", i), "exp": now.Unix() + 60})))
	}
	if got := keys.remembers(t, forgiving, old...); got != 0 {
		t.Errorf("%d of %d are left after they expired", got, len(old))
	}
}

// scribbler is a type of an application that writes to what it is given to decode.
type scribbler struct{}

func (*scribbler) UnmarshalJSON(raw []byte) error {
	for i := range raw {
		raw[i] = 'x'
	}
	return nil
}

// What a handler does to its claims stays with its request. With the race detector this shows that nothing is shared that is written.
func TestClaimsAreNotSharedBetweenRequests(t *testing.T) {
	t.Parallel()
	for name, changes := range map[string]fields{
		"version 2": {
			"o": fields{"id": "org_1", "slg": "acme", "rol": "admin", "per": "read,manage", "fpm": "3"}, "fea": "o:invoices",
			"act": fields{"sub": "user_9"}, "metadata": fields{"roles": []string{"a"}},
		},
		"version 1": {"v": absent, "org_id": "org_1", "org_permissions": []string{"org:a:b", "org:c:d"}, "act": fields{"sub": "user_9"}, "metadata": fields{"roles": []string{"a"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw, v := signed(t, header(nil), payload(changes)), verifier(t, ownMemory)
			want, err := once(t, verifier(t, ownMemory), raw)
			if err != nil {
				t.Fatal(err)
			}
			wantRaw := want.Raw()
			var requests sync.WaitGroup
			for range 8 {
				requests.Go(func() {
					for range 50 {
						claims, err := once(t, v, raw)
						if err != nil {
							t.Error(err)
							return
						}
						if diff := cmp.Diff(want, claims, all()) + cmp.Diff(wantRaw, claims.Raw()); diff != "" {
							t.Errorf("another request's changes (-want +got):\n%s", diff)
							return
						}
						scribble(t, claims)
						read, err := v.Read(raw)
						if err != nil {
							t.Error(err)
							return
						}
						scribble(t, read.Claims())
						read.Header()["kid"] = "x"
					}
				})
			}
			requests.Wait()
		})
	}
}

func scribble(t *testing.T, claims *token.Claims) {
	t.Helper()
	permissions := claims.OrganizationPermissions
	_ = append(permissions[:1], "org:x:y")
	permissions[0] = "org:everything:manage"
	claims.Actor.Subject = "user_x"
	raw := claims.Raw()
	raw["sub"] = "user_x"
	metadata, _ := claims.Claim("metadata")
	for _, m := range []any{metadata, raw["metadata"]} {
		object, ok := m.(map[string]any)
		if !ok {
			t.Fatal("no metadata")
		}
		roles, ok := object["roles"].([]any)
		if !ok {
			t.Fatal("no roles")
		}
		roles[0], object["x"] = "admin", true
	}
	var custom struct {
		Metadata scribbler       `json:"metadata"`
		Subject  json.RawMessage `json:"sub"`
	}
	if err := claims.Unmarshal(&custom); err != nil {
		t.Error(err)
	}
	custom.Subject[1] = 'x'
	if err := claims.Unmarshal(&scribbler{}); err != nil {
		t.Error(err)
	}
	*claims = token.Claims{UserID: "user_x"}
}

// Changes that are made between the reading and the verification are not remembered.
func TestChangedReadingsAreNotRemembered(t *testing.T) {
	t.Parallel()
	raw, v := signed(t, header(nil), payload(nil)), verifier(t, ownMemory, forParties)
	for range 2 {
		read, err := v.Read(raw)
		if err != nil {
			t.Fatal(err)
		}
		read.Claims().UserID, read.Claims().AuthorizedParty = "user_x", "https://evil.example"
		if _, err := v.Verify(t.Context(), read); err != nil {
			t.Errorf("the token itself is good: %v", err)
		}
		claims, err := once(t, v, raw)
		if err != nil || claims.UserID != "user_1" || claims.AuthorizedParty != origin {
			t.Errorf("%v, %v", claims, err)
		}
	}
}

// Requests with the same and with other tokens come at once, while keys change.
func TestAMemoryUnderLoad(t *testing.T) {
	t.Parallel()
	good, bad := ofUsers(t, "load", 40), make([]string, 0, 40)
	for _, raw := range good {
		bad = append(bad, raw[:len(raw)-8]+"AAAAAAAA")
	}
	same := instanceKey().PublicKey
	var turn atomic.Int64
	v := verifier(t, func(c *token.Config) {
		c.Memory = token.NewMemory(16)
		c.Keys = keyFunc(func(context.Context, string) (*rsa.PublicKey, error) {
			if turn.Add(1)%3 == 0 {
				return &same, nil
			}
			return &instanceKey().PublicKey, nil
		})
	})
	var requests sync.WaitGroup
	for worker := range 8 {
		requests.Go(func() {
			for i := range 200 {
				n := (i*7 + worker) % len(good)
				claims, err := once(t, v, good[n])
				if err != nil || claims.UserID != fmt.Sprintf("user_load_%d", n) {
					t.Errorf("user %d: %v, %v", n, claims, err)
				}
				if _, err := once(t, v, bad[n]); token.ReasonOf(err) != token.ReasonInvalidSignature {
					t.Errorf("a bad signature: %v", err)
				}
			}
		})
	}
	requests.Wait()
}

// FuzzMemory compares a verifier that remembers with one that does not, on the same tokens, times and keys.
func FuzzMemory(f *testing.F) {
	addSeeds(f)
	f.Add("\x00\x01\x02\x03")
	var pool []string
	for _, row := range []struct{ head, body fields }{
		{header(nil), payload(nil)},
		{header(nil), payload(fields{"azp": "https://evil.example"})},
		{header(nil), payload(fields{"exp": noon.Unix() - 30})},
		{header(nil), payload(fields{"sub": "user_2", "nbf": noon.Unix() + 30})},
		{header(nil), payload(fields{"o": fields{"id": "org_1", "per": "a,b", "fpm": "3"}, "fea": "o:x"})},
		{m2mHeader(nil), m2mPayload(nil)},
		{oauthHeader(nil), oauthPayload(nil)},
		{header(fields{"cat": "cl_B7d4PD222AAA"}), payload(nil)},
		{header(nil), fields{"handshake": []string{"__session=x"}, "exp": noon.Unix() + 60}},
	} {
		pool = append(pool, signed(f, row.head, row.body), signedBy(f, foreignKey(), row.head, row.body))
	}
	copied := instanceKey().PublicKey
	keys := []*rsa.PublicKey{&instanceKey().PublicKey, &copied, &foreignKey().PublicKey, nil}
	f.Fuzz(func(t *testing.T, stream string) {
		now, key := noon, keys[0]
		memory := token.NewMemory(16)
		configured := func(memory *token.Memory, changes ...func(*token.Config)) *token.Verifier {
			return verifier(t, append(changes, func(c *token.Config) {
				c.Memory, c.Now = memory, func() time.Time { return now }
				c.Keys = keyFunc(func(context.Context, string) (*rsa.PublicKey, error) {
					if key == nil {
						return nil, &token.Error{Reason: token.ReasonJWKKidMismatch}
					}
					return key, nil
				})
			})...)
		}
		variants := [][]func(*token.Config){{}, {forParties}, {func(c *token.Config) { c.UnsafeSkipIssuer, c.UnsafeAllowMissingSessionID = true, true }}}
		pairs := make([][2]*token.Verifier, 0, 2*len(variants))
		for _, changes := range variants {
			with, without := configured(memory, changes...), configured(token.NewMemory(-1), changes...)
			pairs = append(pairs, [2]*token.Verifier{with, without}, [2]*token.Verifier{with.WithClockSkew(time.Hour), without.WithClockSkew(time.Hour)})
		}
		pool := append(pool[:len(pool):len(pool)], stream)
		for i := 0; i+1 < min(len(stream), 64); i += 2 {
			raw, how := pool[int(stream[i])%len(pool)], stream[i+1]
			if how&1 != 0 {
				raw += "="
			}
			if how&2 != 0 {
				now = now.Add(time.Duration(how>>2) * time.Second)
			} else {
				key = keys[int(how>>2)%len(keys)]
			}
			pair := pairs[int(how>>3)%len(pairs)]
			mustAgree(t, raw, pair[0], pair[1])
		}
	})
}

func mustAgree(t *testing.T, raw string, with, without *token.Verifier) {
	t.Helper()
	claims, err := once(t, with, raw)
	want, refused := once(t, without, raw)
	if diff := cmp.Diff(want, claims, all()); diff != "" || textOf(err) != textOf(refused) {
		t.Fatalf("as a session: %v, without a memory %v\n%s", err, refused, diff)
	}
	u, err := with.Read(raw)
	if err != nil {
		return
	}
	machine, err := with.VerifyMachine(t.Context(), u)
	if u, refused = without.Read(raw); refused != nil {
		t.Fatal(refused)
	}
	wantMachine, refused := without.VerifyMachine(t.Context(), u)
	if diff := cmp.Diff(wantMachine, machine); diff != "" || textOf(err) != textOf(refused) {
		t.Fatalf("as a machine: %v, without a memory %v\n%s", err, refused, diff)
	}
}
