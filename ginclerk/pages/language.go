package pages

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/localization"
	"github.com/ginclerk/ginclerk/templates"
)

// Cookies by which a browser says how the pages speak to its user. None is a secret. Their names are documented in the package's
// documentation, so that an application can set them, too.
const (
	cookieLanguage   = "ginclerk_language"         // the language that the person has chosen, as a BCP 47 tag
	cookieChosenZone = "ginclerk_time_zone_chosen" // the time zone that the person has chosen
	cookieZone       = "ginclerk_time_zone"        // the time zone of the browser; the script of the pages sets it
)

// valueOf returns the value of a cookie; "" if the request has none.
func valueOf(r *http.Request, cookie string) string {
	found, err := r.Cookie(cookie)
	if err != nil {
		return ""
	}
	return found.Value
}

// voice is how the pages speak to a visitor: the language, the time zone, and the time that it is.
type voice struct {
	*localization.Language
	zone *time.Location
	now  time.Time
}

// voice reads how the pages speak to the visitor of a request.
func (s *Site) voice(c *gin.Context) voice {
	v := voice{Language: s.language(c.Request), zone: s.timeZone(c.Request)}
	if r := s.request(c); r != nil { // else the request has no tenant, and its page no times
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
	if chosen := s.chosenLanguage(r); chosen != nil {
		wishes = append(wishes, chosen.Tag())
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
	for _, cookie := range []string{cookieChosenZone, cookieZone} {
		if zone := s.zones.find(valueOf(r, cookie)); zone != nil {
			return zone
		}
	}
	return time.UTC
}

// Time returns a time for people and for machines, as the session pages show it: how long ago it was, and the whole time in the zone of
// the visitor. The zero time is shown as unknown.
func (s *Site) Time(c *gin.Context, t time.Time) templates.Time { return s.voice(c).moment(t) }

// ExactTime is [Site.Time] with the date and the time in place of how long ago it was.
func (s *Site) ExactTime(c *gin.Context, t time.Time) templates.Time { return s.voice(c).exactly(t) }

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
	text := v.DateTime(t)
	if v.zone == time.UTC { // nothing has told another zone, and a person would take the time for their own
		text = v.Text("time.in-utc", "time", text)
	}
	return templates.Time{Text: text, Full: v.FullDateTime(t), RFC3339: t.UTC().Format(time.RFC3339)}
}

// clock is the time of day.
func (v voice) clock(t time.Time) string {
	text := v.Time(t.In(v.zone))
	if v.zone == time.UTC { // as in exactly
		text = v.Text("time.in-utc", "time", text)
	}
	return text
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
