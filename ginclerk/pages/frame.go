package pages

import (
	"cmp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/static"
	"github.com/ginclerk/ginclerk/templates"
)

// Frame returns what all pages have in common for this request: navigation, the person who is signed in, and the notice of
// the last action. Reading the notice removes it.
func (s *Site) Frame(c *gin.Context, title string) templates.Page {
	v := s.voice(c)
	frame := templates.Page{
		Title:          title,
		AppName:        cmp.Or(s.options.AppName, v.Text("frame.your-account")),
		HomeURL:        s.link(c, s.options.HomeURL),
		Layout:         s.options.Layout,
		Logo:           s.logo(c),
		StylesheetURL:  s.asset(c, static.Stylesheet),
		BrandURL:       s.link(c, s.options.Brand.Stylesheet),
		IconURL:        s.icon(c),
		ScriptURL:      s.asset(c, static.PageScript),
		CookiePath:     s.cookiePath(c),
		LanguageURL:    s.link(c, s.LanguageURL()),
		Nav:            s.nav(c, v),
		Footer:         s.footer(c),
		EmbeddedBanner: v.Text(s.options.Banner),
	}
	if clerk := s.clerk.For(c); clerk != nil { // else the page says that there is no such tenant
		flash := s.request(c).TakeFlash()
		frame.Notice = templates.Notice{Kind: templates.NoticeKind(flash.Kind), Text: v.said(flash)}
		frame.Viewer = s.viewer(c, v, clerk)
		frame.NewSignIn = s.newSignIn(c, v)
		if until := ginclerk.From(c).ReadOnlyUntil(); !until.IsZero() {
			frame.ReadOnly = v.Text("frame.read-only", "time", v.clock(until))
		}
	}
	return frame
}

// plainFrame is [Site.Frame] without what an outsider chooses, for pages that are compressed: an administrator chooses the name of the
// organization.
func (s *Site) plainFrame(c *gin.Context, title string) templates.Page {
	frame := s.Frame(c, title)
	frame.Viewer.Organization = templates.Organization{}
	return frame
}

// cookiePath is the path of the application as the browser knows it.
func (s *Site) cookiePath(c *gin.Context) string {
	return cmp.Or(strings.TrimSuffix(s.at(c, "/"), "/"), "/")
}

// asset returns the address of a file of the pages.
func (s *Site) asset(c *gin.Context, name string) templ.SafeURL {
	return s.link(c, s.assets+"/"+s.files.Path(name))
}

func (s *Site) logo(c *gin.Context) templates.Logo {
	logo := s.options.Brand.Logo
	if !logo.given() {
		return templates.Logo{}
	}
	shown := templates.Logo{
		URL: s.link(c, logo.URL), Alt: logo.Alt, Width: strconv.Itoa(logo.Width), Height: strconv.Itoa(logo.Height),
	}
	if logo.URL == "" {
		shown.URL = s.asset(c, logoFile)
	}
	return shown
}

func (s *Site) icon(c *gin.Context) templ.SafeURL {
	if address := s.options.Brand.Icon.URL; address != "" {
		return s.link(c, address)
	}
	return s.asset(c, static.Icon)
}

func (s *Site) footer(c *gin.Context) templates.Footer {
	footer := templates.Footer{Text: s.options.Brand.Footer.Text}
	for _, link := range s.options.Brand.Footer.Links {
		footer.Links = append(footer.Links, templates.Link{Label: link.Label, URL: s.link(c, string(link.URL))})
	}
	return footer
}

func (s *Site) nav(c *gin.Context, v voice) []templates.NavLink {
	links := append([]templates.NavLink(nil), s.options.Nav...)
	for i := range links {
		links[i].Label = v.Text(links[i].Label)
	}
	if ginclerk.From(c).SignedIn() {
		links = append(links,
			templates.NavLink{Label: v.Text("frame.session"), URL: templ.SafeURL(s.SessionURL()), TestID: "nav-session"},
			templates.NavLink{Label: v.Text("frame.accounts"), URL: templ.SafeURL(s.AccountsURL()), TestID: "nav-accounts"},
			templates.NavLink{Label: v.Text("frame.devices"), URL: templ.SafeURL(s.DevicesURL()), TestID: "nav-devices"},
			templates.NavLink{Label: v.Text("activity.title"), URL: templ.SafeURL(s.ActivityURL()), TestID: "nav-activity"},
		)
		links = append(links, s.adminLinks(c, v)...)
	}
	for i := range links {
		links[i].Current = string(links[i].URL) == c.Request.URL.Path
		links[i].URL = s.link(c, string(links[i].URL))
	}
	return links
}

func (s *Site) viewer(c *gin.Context, v voice, clerk *ginclerk.Clerk) templates.Viewer {
	auth := ginclerk.From(c)
	if !auth.SignedIn() {
		here := "/"
		if c.Request.Method == "GET" {
			here = s.shownOn(c)
		}
		return templates.Viewer{
			SignInURL: s.link(c, clerk.Links(c).SignIn(here)),
			SignUpURL: s.link(c, clerk.Links(c).SignUp(here)),
		}
	}
	known := s.known(c, clerk)
	viewer := templates.Viewer{
		SignedIn: true, Name: known.name, Email: cmp.Or(known.email, auth.UserID), Initials: initials(cmp.Or(known.name, known.email)),
		ImageURL: s.options.Brand.picture(known.image), Organization: Organization(auth), ActsAs: v.actsAs(auth),
		SessionURL: s.link(c, s.SessionURL()), AccountsURL: s.link(c, s.AccountsURL()), DevicesURL: s.link(c, s.DevicesURL()),
		OrganizationsURL: s.link(c, s.OrganizationsURL()), SignOutURL: s.link(c, s.base+pathSignOut),
	}
	if viewer.ActsAs != "" {
		viewer.StopActingURL = s.link(c, s.base+pathSignOut)
	}
	return viewer
}

// profile is what the frame tells of a user.
type profile struct{ name, email, image string }

// known returns what is known of the user of a request without asking Clerk: from claims of the session token, and from an answer that is
// remembered.
func (s *Site) known(c *gin.Context, clerk *ginclerk.Clerk) profile {
	auth := ginclerk.From(c)
	name, email := person(auth)
	known := profile{name: name, email: email, image: cmp.Or(claim(auth, "image_url"), claim(auth, "picture"))}
	if remembered, ok := clerk.Users().Remembered(auth.UserID); ok {
		known.name = cmp.Or(known.name, remembered.FullName())
		known.email = cmp.Or(known.email, remembered.PrimaryEmailAddress.Address)
		known.image = cmp.Or(known.image, remembered.ImageURL)
	}
	return known
}

// person reads the name and the e-mail address from custom session claims, if the token has them.
func person(auth *ginclerk.Auth) (name, email string) {
	return claim(auth, "name"), claim(auth, "email")
}

func claim(auth *ginclerk.Auth, name string) string {
	value, _ := auth.Claims.Claim(name)
	text, ok := value.(string)
	if !ok {
		return ""
	}
	return text
}

// initials returns the first letters of up to two words, or of an e-mail address.
func initials(name string) string {
	var letters strings.Builder
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '@' || r == '.' }) {
		first, _ := utf8.DecodeRuneInString(word)
		if unicode.IsLetter(first) && letters.Len() < 2*utf8.UTFMax && utf8.RuneCountInString(letters.String()) < 2 {
			letters.WriteRune(unicode.ToUpper(first))
		}
		if strings.Contains(name, "@") && letters.Len() > 0 {
			break
		}
	}
	return letters.String()
}

// Organization describes the active organization from the session token: by its slug, else by its id. It is zero in the
// personal account.
func Organization(auth *ginclerk.Auth) templates.Organization {
	return templates.Organization{
		Name: cmp.Or(auth.OrganizationSlug, auth.OrganizationID), Role: auth.OrganizationRole,
	}
}

// link returns the address under which a browser reaches a path of the application, marked as built by the application. An
// address that is not a path stays as it is.
func (s *Site) link(c *gin.Context, address string) templ.SafeURL {
	return templ.SafeURL(s.at(c, address))
}

// at is link for uses outside of a page.
func (s *Site) at(c *gin.Context, address string) string {
	if !strings.HasPrefix(address, "/") {
		return address
	}
	clerk := s.clerk.For(c)
	if clerk == nil { // there is no such tenant, so nobody has said more
		return visit.Stripped(c.Request) + address
	}
	return clerk.Links(c).BasePath + address
}
