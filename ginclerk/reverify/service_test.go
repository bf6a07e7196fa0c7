package reverify_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/reverify"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

func TestNewReportsEveryProblem(t *testing.T) {
	t.Parallel()
	s, err := reverify.New(reverify.Config{})
	if s != nil || err == nil || !strings.Contains(err.Error(), "Frontend is missing") || !strings.Contains(err.Error(), "Keyring is missing") {
		t.Errorf("got %v, error %v", s, err)
	}
}

func TestAPageIsToldOfTheFactorsThatItCanAskFor(t *testing.T) {
	t.Parallel()
	factors := []reverify.Factor{
		{Strategy: "passkey"},
		{Strategy: reverify.StrategyBackupCode},
		{Strategy: reverify.StrategyPhoneCode, SentTo: "+43…1", ID: "idn_1"},
		{Strategy: reverify.StrategyEmailCode, SentTo: "a@…", ID: "idn_2"},
		{Strategy: reverify.StrategyEmailCode, SentTo: "b@…", ID: "idn_3", Primary: true},
		{Strategy: reverify.StrategyTOTP},
		{Strategy: reverify.StrategyPassword},
		{Strategy: "oauth_google"},
	}
	for _, row := range []struct {
		name string
		got  reverify.Answer
		want reverify.Verification
	}{
		{
			"of the first factors the password, then codes, the primary address in front",
			reverify.Answer{Factors: factors},
			reverify.Verification{Level: token.MultiFactor, Factors: []reverify.Factor{factors[6], factors[4], factors[3], factors[2]}},
		},
		{
			"of the second factors the app, then codes",
			reverify.Answer{Second: true, Factors: factors},
			reverify.Verification{Level: token.MultiFactor, Second: true, Factors: []reverify.Factor{factors[5], factors[2], factors[1]}},
		},
		{"of none where everything is proved", reverify.Answer{Complete: true, Factors: factors}, reverify.Verification{Level: token.MultiFactor, Complete: true}},
		{"of none where the user has only others", reverify.Answer{Factors: factors[:1]}, reverify.Verification{Level: token.MultiFactor}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got, err := service(t, &clerk{answer: row.got}, newClock()).Start(t.Context(), browser(), sessionID, token.MultiFactor)
			if diff := cmp.Diff(row.want, got); diff != "" || err != nil {
				t.Error(diff, err)
			}
		})
	}
}

func TestClerkIsAskedForTheSessionInTheBrowsersName(t *testing.T) {
	t.Parallel()
	c := &clerk{answer: reverify.Answer{Complete: true}}
	s, code := service(t, c, newClock()), reverify.Factor{Strategy: reverify.StrategyPhoneCode, ID: "idn_1"}
	for _, v := range []reverify.Verification{{Level: token.FirstFactor}, {Level: token.MultiFactor, Second: true}} {
		for _, step := range []func() (reverify.Verification, error){
			func() (reverify.Verification, error) { return s.Start(t.Context(), browser(), sessionID, v.Level) },
			func() (reverify.Verification, error) { return s.SendCode(t.Context(), browser(), sessionID, v, code) },
			func() (reverify.Verification, error) {
				return s.Attempt(t.Context(), browser(), sessionID, v, code, "424242")
			},
		} {
			if got, err := step(); err != nil || got.Level != v.Level || !got.Complete {
				t.Errorf("got %+v, error %v", got, err)
			}
		}
	}
	if diff := cmp.Diff([]string{
		"start its-credential sess_1 first_factor", "send its-credential sess_1 second:false phone_code idn_1",
		"attempt its-credential sess_1 second:false phone_code 424242",
		"start its-credential sess_1 multi_factor", "send its-credential sess_1 second:true phone_code idn_1",
		"attempt its-credential sess_1 second:true phone_code 424242",
	}, c.asked); diff != "" {
		t.Error(diff)
	}
}

func TestClerkIsNotAskedWithoutACredentialOrASession(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		browser session.Browser
		session string
	}{
		{"no credential", session.Browser{Origin: "https://app.example.com"}, sessionID},
		{"no session", browser(), ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			c := &clerk{answer: reverify.Answer{Complete: true}}
			s := service(t, c, newClock())
			_, start := s.Start(t.Context(), row.browser, row.session, token.FirstFactor)
			_, send := s.SendCode(t.Context(), row.browser, row.session, reverify.Verification{}, reverify.Factor{})
			_, attempt := s.Attempt(t.Context(), row.browser, row.session, reverify.Verification{}, reverify.Factor{}, "x")
			for _, err := range []error{start, send, attempt} {
				if !errors.Is(err, session.ErrNoCredential) {
					t.Errorf("error %v", err)
				}
			}
			if len(c.asked) > 0 {
				t.Errorf("asked %v", c.asked)
			}
		})
	}
}

func TestAnErrorIsNeverAVerification(t *testing.T) {
	t.Parallel()
	for _, want := range []error{reverify.ErrProofIncorrect, session.ErrUnavailable, context.Canceled} {
		s := service(t, &clerk{answer: reverify.Answer{Complete: true}, err: want}, newClock())
		got, err := s.Attempt(t.Context(), browser(), sessionID, reverify.Verification{}, reverify.Factor{}, "x")
		if !errors.Is(err, want) || got.Complete {
			t.Errorf("got %+v, error %v, want %v", got, err, want)
		}
	}
}

func TestWhatAPageCarriesIsGoodForItsSessionForHalfAnHour(t *testing.T) {
	t.Parallel()
	v := reverify.Verification{
		Level: token.MultiFactor, Second: true, Factors: []reverify.Factor{{Strategy: reverify.StrategyPhoneCode, SentTo: "+43…1", ID: "idn_1", Primary: true}},
	}
	at := newClock()
	s := service(t, &clerk{}, at)
	text, err := s.Seal(sessionID, v)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name    string
		after   time.Duration
		session string
		text    string
		good    bool
	}{
		{"at once", 0, sessionID, text, true},
		{"shortly before half an hour is over", 30*time.Minute - time.Millisecond, sessionID, text, true},
		{"after half an hour", 30 * time.Minute, sessionID, text, false},
		{"in another session", 0, "sess_2", text, false},
		{"without a session", 0, "", text, false},
		{"changed", 0, sessionID, text[:20] + "_" + text[20:], false},
		{"empty", 0, sessionID, "", false},
		{"made up", 0, sessionID, `{"c":true}`, false},
	} {
		at.now = newClock().now.Add(row.after)
		got, err := s.Open(row.session, row.text)
		if row.good && (err != nil || cmp.Diff(v, got) != "") {
			t.Errorf("%s: %v, error %v", row.name, got, err)
		}
		if !row.good && (!errors.Is(err, reverify.ErrVerificationOver) || cmp.Diff(reverify.Verification{}, got) != "") {
			t.Errorf("%s: %v, error %v", row.name, got, err)
		}
	}
}

// A user may have any number of addresses.
func TestManyFactorsCanBeCarried(t *testing.T) {
	t.Parallel()
	var many []reverify.Factor
	for range 1000 {
		many = append(many, reverify.Factor{Strategy: reverify.StrategyEmailCode, SentTo: strings.Repeat("a", 100) + "@…", ID: "idn_" + strings.Repeat("x", 27)})
	}
	s := service(t, &clerk{answer: reverify.Answer{Factors: many}}, newClock())
	v, err := s.Start(t.Context(), browser(), sessionID, token.FirstFactor)
	if err != nil || len(v.Factors) == 0 {
		t.Fatalf("%v, error %v", v, err)
	}
	if _, err := s.Seal(sessionID, v); err != nil {
		t.Errorf("%d factors: %v", len(v.Factors), err)
	}
}

func TestABrowserRemembersWhatItHasProved(t *testing.T) {
	t.Parallel()
	asked := token.Reverification{Level: token.FirstFactor, AfterMinutes: 5}
	at := newClock()
	s := service(t, &clerk{}, at)
	value, life := s.Remember(sessionID, asked)
	if life != 4*time.Minute+30*time.Second || strings.Contains(value, sessionID) {
		t.Errorf("%q for %s", value, life)
	}
	for _, row := range []struct {
		name    string
		after   time.Duration
		value   string
		session string
		asked   token.Reverification
		want    bool
	}{
		{"the same", 0, value, sessionID, asked, true},
		{"the same until its time is over", life - time.Second, value, sessionID, asked, true},
		{"the same later", life, value, sessionID, asked, false},
		{"another session", 0, value, "sess_2", asked, false},
		{"another level", 0, value, sessionID, token.Reverification{Level: token.MultiFactor, AfterMinutes: 5}, false},
		{"another age", 0, value, sessionID, token.Reverification{Level: token.FirstFactor, AfterMinutes: 6}, false},
		{"no cookie", 0, "", sessionID, asked, false},
		{"no time", 0, strings.SplitN(value, "-", 2)[0], sessionID, asked, false},
		{"no number", 0, strings.SplitN(value, "-", 2)[0] + "-x", sessionID, asked, false},
	} {
		at.now = newClock().now.Add(row.after)
		if got := s.AlreadyReverified(row.value, row.session, row.asked); got != row.want {
			t.Errorf("%s: %t, want %t", row.name, got, row.want)
		}
	}
	for minutes, want := range map[int]time.Duration{0: 30 * time.Second, 1: 30 * time.Second, 2: 90 * time.Second, 10: 570 * time.Second, 11: 10 * time.Minute, 600: 10 * time.Minute} {
		if _, got := s.Remember(sessionID, token.Reverification{AfterMinutes: minutes}); got != want {
			t.Errorf("what must be %d minutes old at most is remembered for %s, want %s", minutes, got, want)
		}
	}
}

func TestAnAddressSaysWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	strict := token.PresetStrict.Reverification()
	for query, want := range map[string]token.Reverification{
		"":                                     strict,
		"level=multi_factor&after_minutes=60":  {Level: token.MultiFactor, AfterMinutes: 60},
		"level=second_factor":                  {Level: token.SecondFactor, AfterMinutes: strict.AfterMinutes},
		"level=no_factor&after_minutes=60":     {Level: strict.Level, AfterMinutes: 60},
		"after_minutes=0":                      strict,
		"after_minutes=-5":                     strict,
		"after_minutes=527040":                 {Level: strict.Level, AfterMinutes: 527040},
		"after_minutes=527041":                 strict,
		"after_minutes=99999999999999999999":   strict,
		"after_minutes=soon&level=first+facto": strict,
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		got := reverify.Asked(values)
		if got != want {
			t.Errorf("%q asks for %+v, want %+v", query, got, want)
		}
		if again := reverify.Asked(reverify.Parameters(got)); again != got {
			t.Errorf("%+v is read as %+v", got, again)
		}
	}
}
