package localization_test

import (
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/localization"
)

func TestAgo(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 7, 14, 5, 0, 0, time.UTC)
	for _, row := range []struct {
		name string
		ago  time.Duration
		want string
	}{
		{"in the future", -time.Hour, "just now"},
		{"now", 0, "just now"},
		{"59 seconds", 59 * time.Second, "just now"},
		{"one minute", time.Minute, "1 minute ago"},
		{"almost two minutes", 2*time.Minute - 1, "1 minute ago"},
		{"59 minutes", time.Hour - 1, "59 minutes ago"},
		{"one hour", time.Hour, "1 hour ago"},
		{"23 hours", 24*time.Hour - 1, "23 hours ago"},
		{"one day", 24 * time.Hour, "1 day ago"},
		{"29 days", 30*24*time.Hour - 1, "29 days ago"},
		{"one month", 30 * 24 * time.Hour, "1 month ago"},
		{"a year", 365 * 24 * time.Hour, "1 year ago"},
		{"ten years", 10 * 365 * 24 * time.Hour, "10 years ago"},
	} {
		if got := localization.English().Ago(now.Add(-row.ago), now); got != row.want {
			t.Errorf("%s: %q, want %q", row.name, got, row.want)
		}
	}
}

func TestDurationsAreRoundedUp(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		of   time.Duration
		want string
	}{
		{0, "1 second"},
		{time.Second, "1 second"},
		{6*time.Second + 1, "7 seconds"},
		{90 * time.Second, "90 seconds"},
		{91 * time.Second, "2 minutes"},
		{91 * time.Minute, "2 hours"},
		{37 * time.Hour, "2 days"},
	} {
		if got := localization.English().Duration(row.of); got != row.want {
			t.Errorf("%s: %q, want %q", row.of, got, row.want)
		}
	}
}

func TestEachLanguageWritesDatesNumbersAndCountriesInItsWay(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 7, 14, 5, 0, 0, time.UTC)
	catalog := newCatalog(t, localization.Config{})
	for _, row := range []struct{ language, date, number, country string }{
		{"en", "Nov 7, 2026", "12,345", "Canada"},
		{"de", "07.11.2026", "12.345", "Kanada"},
		{"es", "7 nov. 2026", "12.345", "Canadá"},
		{"ja", "2026/11/07", "12,345", "カナダ"},
	} {
		l := catalog.Language(row.language)
		if got := l.Date(at); got != row.date {
			t.Errorf("%s: date %q, want %q", row.language, got, row.date)
		}
		if got := l.Number(12345); got != row.number {
			t.Errorf("%s: number %q, want %q", row.language, got, row.number)
		}
		if got := l.Country("CA"); got != row.country {
			t.Errorf("%s: country %q, want %q", row.language, got, row.country)
		}
	}
	for _, text := range []string{"", "Canada", "ca-CA", "??"} {
		if got := localization.English().Country(text); got != text {
			t.Errorf("%q is no code, and became %q", text, got)
		}
	}
	if got := localization.English().FullDateTime(at); got != "Saturday, November 7, 2026, 2:05 pm UTC" {
		t.Errorf("the whole time is %q", got)
	}
}

// TestTheFirstHourOfADay: a clock with twelve hours has no hour 0.
func TestTheFirstHourOfADay(t *testing.T) {
	t.Parallel()
	catalog, err := localization.New(localization.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		language     string
		hour, minute int
		want         string
	}{
		{"en", 0, 36, "12:36 am"},
		{"en", 0, 0, "12:00 am"},
		{"en", 10, 30, "10:30 am"},
		{"en", 12, 5, "12:05 pm"},
		{"en", 13, 13, "1:13 pm"},
		{"de", 0, 36, "00:36"},
		{"ja", 0, 36, "0:36"},
	} {
		at := time.Date(2026, 11, 7, row.hour, row.minute, 0, 0, time.UTC)
		if got := catalog.Language(row.language).Time(at); got != row.want {
			t.Errorf("%d:%02d in %s is %q, want %q", row.hour, row.minute, row.language, got, row.want)
		}
	}
}
