package pages

import (
	"cmp"
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
	frame := templates.Page{
		Title:          title,
		AppName:        s.options.AppName,
		HomeURL:        s.link(c, s.options.HomeURL),
		StylesheetURL:  s.link(c, s.assets+"/"+s.files.Path(static.Stylesheet)),
		IconURL:        s.link(c, s.assets+"/"+s.files.Path(static.Icon)),
		Nav:            s.nav(c),
		EmbeddedBanner: s.options.Banner,
	}
	if clerk := s.clerk.For(c); clerk != nil { // else the page says that there is no such tenant
		flash := s.request(c).TakeFlash()
		frame.Notice = templates.Notice{Kind: templates.NoticeKind(flash.Kind), Text: flash.Text}
		frame.Viewer = s.viewer(c, clerk)
		frame.NewSignIn = s.newSignIn(c)
	}
	return frame
}

func (s *Site) nav(c *gin.Context) []templates.NavLink {
	links := append([]templates.NavLink(nil), s.options.Nav...)
	if words := s.Language(c); ginclerk.From(c).SignedIn() {
		links = append(links,
			templates.NavLink{Label: words.Text("frame.session"), URL: templ.SafeURL(s.SessionURL()), TestID: "nav-session"},
			templates.NavLink{Label: words.Text("frame.accounts"), URL: templ.SafeURL(s.AccountsURL()), TestID: "nav-accounts"},
			templates.NavLink{Label: words.Text("frame.devices"), URL: templ.SafeURL(s.DevicesURL()), TestID: "nav-devices"},
			templates.NavLink{Label: words.Text("activity.title"), URL: templ.SafeURL(s.ActivityURL()), TestID: "nav-activity"},
		)
		links = append(links, s.adminLinks(c)...)
	}
	for i := range links {
		links[i].Current = string(links[i].URL) == c.Request.URL.Path
		links[i].URL = s.link(c, string(links[i].URL))
	}
	return links
}

func (s *Site) viewer(c *gin.Context, clerk *ginclerk.Clerk) templates.Viewer {
	auth := ginclerk.From(c)
	if !auth.SignedIn() {
		here := "/"
		if c.Request.Method == "GET" {
			here = c.Request.URL.RequestURI()
		}
		return templates.Viewer{
			SignInURL: s.link(c, clerk.Links(c).SignIn(here)),
			SignUpURL: s.link(c, clerk.Links(c).SignUp(here)),
		}
	}
	name, email := person(auth)
	viewer := templates.Viewer{
		SignedIn: true, Name: name, Email: cmp.Or(email, auth.UserID), Initials: initials(cmp.Or(name, email)), ActsAs: actsAs(auth),
		SessionURL: s.link(c, s.SessionURL()), AccountsURL: s.link(c, s.AccountsURL()),
	}
	if viewer.ActsAs != "" {
		viewer.StopActingURL = s.link(c, s.base+pathSignOut)
	}
	return viewer
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
