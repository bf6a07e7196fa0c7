package templates

import "github.com/a-h/templ"

// Page is what every view embeds: the frame around a page. Its zero value renders a frame with no links, signed out.
type Page struct {
	// Layout puts the page into the host's own layout. nil: the built-in one. See [Document].
	Layout func(Document) templ.Component
	// Title is the page's only h1 and the first half of the document's title.
	Title string
	// AppName is the application's name: the text of the link home and the second half of the document's title.
	AppName string
	// HomeURL is the target of AppName.
	HomeURL templ.SafeURL
	// Logo stands beside AppName, or in its place. Zero: the mark of ginclerk.
	Logo Logo
	// StylesheetURL is the style sheet, ginclerk.css of package static.
	StylesheetURL templ.SafeURL
	// BrandURL is a style sheet of the host, which follows StylesheetURL. Empty: none.
	BrandURL templ.SafeURL
	// IconURL is the icon shown in the browser's tab, favicon.svg of package static. Empty: no icon is named.
	IconURL templ.SafeURL
	// ScriptURL is pages.js of package static, loaded with defer. Empty: no script. The pages work without it.
	ScriptURL templ.SafeURL
	// CookiePath is the path of the application, for the cookie in which the script tells the time zone of the browser. Empty: it does not.
	CookiePath string
	// LanguageURL leads to the choice of the language. Empty: the link is left out.
	LanguageURL templ.SafeURL
	// RefreshSeconds makes browsers without scripts reload the page after that time, in seconds as text. Empty: they don't.
	RefreshSeconds string
	// Nav holds the links of the main navigation. Empty: no navigation.
	Nav []NavLink
	// Viewer is the visitor who looks at the page.
	Viewer Viewer
	// Notice is the result of what the visitor just did. Zero: none.
	Notice Notice
	// Footer is below the page. Zero: none.
	Footer Footer
	// NewSignIn is a sign-in that the visitor has not confirmed. Zero: none.
	NewSignIn NewSignIn
	// ReadOnly is a sentence at the top of the page saying that it can be read and no more, because the sign-in service can't be reached, and until
	// when. Empty: it can be used as ever.
	ReadOnly string
	// EmbeddedBanner is one sentence at the top of every page saying that the embedded Clerk is used. Empty: no banner.
	EmbeddedBanner string
}

// Logo is the picture of an application. The zero value is none.
type Logo struct {
	// URL is the address of the picture. Empty: no logo.
	URL templ.SafeURL
	// Alt is the text for people who don't see the logo, mostly the application's name: the logo takes the place of the name. Empty: the
	// logo stands beside the name.
	Alt string
	// Width and Height are its size in CSS pixels, as digits: browsers keep that place free.
	Width, Height string
}

// Footer is what stands below every page. The zero value is none.
type Footer struct {
	// Text is a sentence, such as the address of a company. Empty: left out.
	Text string
	// Links are links, such as one to a privacy policy. Those without a URL are left out.
	Links []Link
}

// NavLink is one link of the main navigation.
type NavLink struct {
	// Label is the visible text.
	Label string
	// URL is where the link leads.
	URL templ.SafeURL
	// Current marks the page that is being shown (aria-current="page").
	Current bool
	// TestID is the link's data-testid, such as "nav-session".
	TestID string
}

// Viewer is the visitor who looks at a page, and the view of [UserButton]. The zero value is signed out.
type Viewer struct {
	// SignedIn chooses between the account (true) and the sign-in links (false).
	SignedIn bool
	// Name is the name to show. Empty: only Email is shown.
	Name string
	// Email is the e-mail address to show. Empty: only Name is shown.
	Email string
	// ActsAs names the actor and the user: "user_support acts as ada@example.com." Empty: the session has no actor.
	ActsAs string
	// StopActingURL ends the session of an actor (POST). Empty: the button is left out.
	StopActingURL templ.SafeURL
	// Initials are one or two letters for the round picture. Empty: a drawn figure is shown.
	Initials string
	// ImageURL is the user's picture, in place of Initials. Empty: Initials.
	ImageURL templ.SafeURL
	// Organization is the active organization. Zero: the menu names none.
	Organization Organization
	// Compact shows the picture alone in the button, and name and e-mail address in its menu.
	Compact bool
	// SignInURL and SignUpURL are offered to visitors who are signed out. Empty: the link is left out.
	SignInURL, SignUpURL templ.SafeURL
	// SessionURL, AccountsURL, DevicesURL and OrganizationsURL are the session pages, offered to visitors who are signed in. Empty: the
	// link is left out.
	SessionURL, AccountsURL, DevicesURL, OrganizationsURL templ.SafeURL
	// SignOutURL signs out here (POST). Empty: the button is left out.
	SignOutURL templ.SafeURL
}

// NoticeKind is the kind of a notice. The zero value is shown as [NoticeInfo].
type NoticeKind string

// The kinds of notice. Screen readers announce warnings and errors at once (role "alert"), the others politely (role "status").
const (
	NoticeSuccess NoticeKind = "success"
	NoticeInfo    NoticeKind = "info"
	NoticeWarning NoticeKind = "warning"
	NoticeError   NoticeKind = "error"
)

// Notice is a message above the page's content, mostly the result of the form that was just sent.
type Notice struct {
	// Kind is the kind of the notice.
	Kind NoticeKind
	// Text is one or two sentences. Empty: no notice.
	Text string
}

// class is the class of the notice's kind.
func (n Notice) class() string {
	switch n.Kind {
	case NoticeSuccess, NoticeWarning, NoticeError:
		return string(n.Kind)
	default:
		return string(NoticeInfo)
	}
}

// role is how screen readers announce the notice.
func (n Notice) role() string {
	if n.Kind == NoticeWarning || n.Kind == NoticeError {
		return "alert"
	}
	return "status"
}

// word is the key of the first word, which says the kind.
func (n Notice) word() string {
	switch n.Kind {
	case NoticeSuccess:
		return "notice.done"
	case NoticeWarning:
		return "notice.warning"
	case NoticeError:
		return "notice.failed"
	default:
		return "notice.note"
	}
}
