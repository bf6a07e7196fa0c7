package localization

import (
	"strings"
	"time"
)

// Date writes the day of a time in its location, such as "Nov 7, 2026".
func (l *Language) Date(t time.Time) string { return l.locale.FmtDateMedium(t) }

// FullDate writes the day of a time in its location with the day of the week, such as "Saturday, November 7, 2026".
func (l *Language) FullDate(t time.Time) string { return l.locale.FmtDateFull(t) }

// Time writes the time of day of a time in its location, such as "2:05 pm".
func (l *Language) Time(t time.Time) string {
	text := l.locale.FmtTimeShort(t)
	if t.Hour() == 0 && l.hasTwelveHours() { // the locale writes the hour 12 as 0
		return strings.Replace(text, "0", "12", 1)
	}
	return text
}

// hasTwelveHours reports whether the clock of the language begins anew at noon.
func (l *Language) hasTwelveHours() bool {
	return !strings.Contains(l.locale.FmtTimeShort(time.Date(2000, time.January, 1, 13, 0, 0, 0, time.UTC)), "13")
}

// Weekday writes the day of the week of a time in its location, such as "Saturday".
func (l *Language) Weekday(t time.Time) string { return l.locale.WeekdayWide(t.Weekday()) }

// DateTime writes a time in its location, such as "Nov 7, 2026, 2:05 pm".
func (l *Language) DateTime(t time.Time) string {
	return l.Text("time.date-time", "date", l.locale.FmtDateMedium(t), "time", l.Time(t))
}

// FullDateTime writes a time in its location with the day of the week and the zone, such as "Saturday, November 7, 2026, 2:05 pm UTC".
func (l *Language) FullDateTime(t time.Time) string {
	return l.Text("time.full", "date", l.locale.FmtDateFull(t), "time", l.Time(t), "zone", t.Format("MST"))
}

const (
	day   = 24 * time.Hour
	month = 30 * day
	year  = 365 * day
)

// Ago says how long ago a time was, such as "12 minutes ago". A time that is less than a minute ago, or in the future, is "just now".
func (l *Language) Ago(t, now time.Time) string {
	switch past := now.Sub(t); {
	case past < time.Minute:
		return l.Text("time.just-now")
	case past < time.Hour:
		return l.Text("time.minutes-ago", "count", int(past/time.Minute))
	case past < day:
		return l.Text("time.hours-ago", "count", int(past/time.Hour))
	case past < month:
		return l.Text("time.days-ago", "count", int(past/day))
	case past < year:
		return l.Text("time.months-ago", "count", int(past/month))
	default:
		return l.Text("time.years-ago", "count", int(past/year))
	}
}

// Duration writes how long something takes, rounded up: "7 seconds", "3 minutes", "2 hours", "5 days".
func (l *Language) Duration(d time.Duration) string {
	up := func(unit time.Duration) int { return int((d + unit - 1) / unit) }
	switch {
	case d <= 90*time.Second:
		return l.Text("time.seconds", "count", max(up(time.Second), 1))
	case d <= 90*time.Minute:
		return l.Text("time.minutes", "count", up(time.Minute))
	case d <= 36*time.Hour:
		return l.Text("time.hours", "count", up(time.Hour))
	default:
		return l.Text("time.days", "count", up(day))
	}
}
