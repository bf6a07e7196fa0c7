package pages

import (
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/localization"
	"github.com/ginclerk/ginclerk/templates"
)

const (
	pathLanguage = "/language"

	languageField = "language"
	zoneField     = "time_zone"
	backField     = "return_to"

	// choiceLife is how long a browser keeps a choice, in seconds: a year.
	choiceLife = 365 * 24 * 60 * 60
)

// LanguageURL is the path of the page on which a person chooses the language and the time zone of the pages.
func (s *Site) LanguageURL() string { return s.base + pathLanguage }

// mountLanguage mounts the page for everybody: who can't read the sign-in page needs it most.
func (s *Site) mountLanguage(r gin.IRouter) {
	s.clerk.Exempt(s.LanguageURL())
	group := r.Group(s.options.Path, s.clerk.RefuseCrossOrigin())
	show := s.serves("choice of the language", s.showLanguage)
	group.GET(pathLanguage, show)
	group.HEAD(pathLanguage, show)
	group.POST(pathLanguage, s.serves("language that was chosen", s.chooseLanguage))
}

func (s *Site) showLanguage(c *gin.Context) {
	v := s.voice(c)
	s.Render(c, http.StatusOK, s.options.Templates.Language(templates.LanguageView{
		Page: s.Frame(c, v.Text("language.title")), Languages: s.languageChoices(c.Request), Zones: s.zoneChoices(c.Request, v),
		Now: v.exactly(v.now), SaveURL: s.link(c, s.LanguageURL()), ReturnTo: s.cameFrom(c, c.Query(backField)),
	}))
}

// cameFrom returns the address to which the person goes back, as their browser reaches it: what a link says, else where the
// person was, else the home page.
func (s *Site) cameFrom(c *gin.Context, said string) string {
	if said == "" {
		said = c.GetHeader("Referer")
	}
	if r := s.request(c); r != nil && said != "" {
		return r.Visit.Link(r.Visit.ReturnTarget(said))
	}
	return s.at(c, s.options.HomeURL)
}

// languageChoices are the languages, each by its own name.
func (s *Site) languageChoices(r *http.Request) []templates.Choice {
	chosen := s.chosenLanguage(r)
	automatic := s.catalog.Match(r.Header.Get("Accept-Language"))
	list := []templates.Choice{{
		Label:  s.language(r).Text("language.automatic-language", "language", automatic.Name()),
		Chosen: chosen == nil,
	}}
	for _, l := range s.catalog.Languages() {
		list = append(list, templates.Choice{Value: l.Tag(), Label: l.Name(), Language: l.Tag(), Chosen: l == chosen})
	}
	return list
}

// chosenLanguage returns the language that the person has chosen; nil: none that is offered.
func (s *Site) chosenLanguage(r *http.Request) *localization.Language {
	chosen, err := r.Cookie(cookieLanguage)
	if err != nil {
		return nil
	}
	return s.catalog.Language(chosen.Value)
}

// commonZones are zones of which each part of the world has one. A browser's own zone need not be among them.
func commonZones() []string {
	return []string{
		"Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Denver", "America/Phoenix", "America/Chicago", "America/Mexico_City",
		"America/New_York", "America/Toronto", "America/Bogota", "America/Lima", "America/Halifax", "America/Santiago", "America/St_Johns",
		"America/Sao_Paulo", "America/Argentina/Buenos_Aires", "Atlantic/Azores", "UTC", "Europe/London", "Europe/Lisbon", "Africa/Casablanca",
		"Africa/Lagos", "Europe/Berlin", "Europe/Madrid", "Europe/Paris", "Europe/Rome", "Africa/Cairo", "Africa/Johannesburg", "Europe/Athens",
		"Europe/Kyiv", "Asia/Jerusalem", "Europe/Istanbul", "Asia/Riyadh", "Africa/Nairobi", "Asia/Tehran", "Asia/Dubai", "Asia/Kabul", "Asia/Karachi",
		"Asia/Kolkata", "Asia/Kathmandu", "Asia/Dhaka", "Asia/Yangon", "Asia/Bangkok", "Asia/Jakarta", "Asia/Singapore", "Asia/Shanghai", "Asia/Hong_Kong",
		"Asia/Manila", "Australia/Perth", "Asia/Seoul", "Asia/Tokyo", "Australia/Adelaide", "Australia/Brisbane", "Australia/Sydney",
		"Pacific/Auckland", "Pacific/Tongatapu",
	}
}

// zoneChoices are the time zones, with their distance from UTC at the moment.
func (s *Site) zoneChoices(r *http.Request, v voice) []templates.Choice {
	chosen := valueOf(r, cookieChosenZone)
	list := []templates.Choice{{Label: v.Text("language.automatic"), Chosen: s.zones.find(chosen) == nil}}
	for _, name := range commonZones() {
		if zone := s.zones.find(name); zone != nil {
			list = append(list, templates.Choice{Value: name, Label: zoneLabel(v, name, zone), Chosen: name == chosen})
		}
	}
	return list
}

// zoneLabel names a zone by its city, such as "New York (UTC-05:00)".
func zoneLabel(v voice, name string, zone *time.Location) string {
	if name == time.UTC.String() {
		return name
	}
	city := strings.ReplaceAll(name[strings.LastIndexByte(name, '/')+1:], "_", " ")
	return v.Text("language.zone", "city", city, "offset", v.now.In(zone).Format("-07:00"))
}

// chooseLanguage keeps the choice in cookies of this browser.
func (s *Site) chooseLanguage(c *gin.Context) {
	r := s.request(c)
	form, ok := formOf(c)
	if r == nil {
		return // the request has no tenant, and was answered
	}
	language, zone := form.Get(languageField), form.Get(zoneField)
	if !ok || language != "" && s.catalog.Language(language) == nil || zone != "" && s.zones.find(zone) == nil {
		s.done(c, s.LanguageURL(), "error", s.voice(c).Text("language.failed"))
		return
	}
	for name, value := range map[string]string{cookieLanguage: language, cookieChosenZone: zone} {
		life := choiceLife
		if value == "" {
			life = -1
		}
		r.Set(r.Visit.Plain(name, value, life))
	}
	said := s.catalog.Match(language, c.GetHeader("Accept-Language"))
	s.done(c, r.Visit.ReturnTarget(form.Get(backField)), "success", said.Text("language.saved"))
}
