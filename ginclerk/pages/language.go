package pages

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/localization"
	"github.com/ginclerk/ginclerk/templates"
)

// Cookies by which a browser says how the pages speak to its user. Neither is a secret.
const (
	// CookieLanguage has the language that a person has chosen, as a BCP 47 tag.
	CookieLanguage = "ginclerk_language"
	// CookieTimeZone has the time zone of the browser, as a name of the IANA database, such as "America/Toronto". The script of the
	// pages sets it.
	CookieTimeZone = "ginclerk_time_zone"
)

// voice is how the pages speak to a visitor: the language, the time zone, and the time that it is.
type voice struct {
	*localization.Language
	zone *time.Location
	now  time.Time
}

// voice reads how the pages speak to the visitor of a request.
func (s *Site) voice(c *gin.Context) voice {
	v := voice{Language: s.language(c.Request), zone: s.timeZone(c.Request), now: time.Now()}
	if r := s.request(c); r != nil {
		v.now = r.Now()
	}
	return v
}

// Language returns the language in which the pages speak to the visitor of a request: what Options.Language says, else what the person
// has chosen, else what the browser asks for, else the default one.
func (s *Site) Language(c *gin.Context) *localization.Language { return s.language(c.Request) }

func (s *Site) language(r *http.Request) *localization.Language {
	var wishes []string
	if s.options.Language != nil {
		wishes = append(wishes, s.options.Language(r))
	}
	if chosen, err := r.Cookie(CookieLanguage); err == nil {
		wishes = append(wishes, chosen.Value)
	}
	return s.catalog.Match(append(wishes, r.Header.Get("Accept-Language"))...)
}

// timeZone returns the time zone of a visitor; UTC where it is not known.
func (s *Site) timeZone(r *http.Request) *time.Location {
	if s.options.TimeZone != nil {
		if zone := s.options.TimeZone(r); zone != nil {
			return zone
		}
	}
	if told, err := r.Cookie(CookieTimeZone); err == nil {
		if zone := s.zones.find(told.Value); zone != nil {
			return zone
		}
	}
	return time.UTC
}

// moment returns a time for people and for machines: how long ago it was, and the whole time in the zone of the visitor.
func (v voice) moment(t time.Time) templates.Time {
	if t.IsZero() {
		return templates.Time{}
	}
	shown := v.exactly(t)
	if t.Before(v.now.Add(time.Minute)) {
		shown.Text = v.Ago(t, v.now)
	}
	return shown
}

// exactly is moment with the date and time in place of how long ago it was.
func (v voice) exactly(t time.Time) templates.Time {
	if t.IsZero() {
		return templates.Time{}
	}
	t = t.In(v.zone)
	return templates.Time{Text: v.DateTime(t), Full: v.FullDateTime(t), RFC3339: t.UTC().Format(time.RFC3339)}
}

// device names a device in a few words, such as "Chrome 128 on Macintosh".
func (v voice) device(d session.Device) string {
	switch browser := browserOf(d); {
	case browser != "" && d.Type != "":
		return v.Text("device.browser-on-type", "browser", browser, "type", d.Type)
	case browser != "":
		return browser
	case d.Type != "":
		return d.Type
	default:
		return v.Text("device.unknown")
	}
}

// place names the presumed place of a device, such as "Toronto, Canada"; empty if Clerk knows none.
func (v voice) place(d session.Device) string {
	country := v.Country(d.Country)
	if d.City != "" && country != "" {
		return v.Text("device.city-country", "city", d.City, "country", country)
	}
	if d.City != "" {
		return d.City
	}
	return country
}
