package templates

import "github.com/a-h/templ"

// Page is what every view embeds: the frame around a page. Its zero value renders a frame with no links, signed out.
type Page struct {
	// Title is the page's only h1 and the first half of the document's title.
	Title string
	// AppName is the application's name: the text of the link home and the second half of the document's title.
	AppName string
	// HomeURL is the target of AppName.
	HomeURL templ.SafeURL
	// StylesheetURL is the style sheet, ginclerk.css of package static.
	StylesheetURL templ.SafeURL
	// IconURL is the icon shown in the browser's tab, favicon.svg of package static. Empty: no icon is named.
	IconURL templ.SafeURL
	// ScriptURL is an optional script, loaded with defer. Empty: no script. The pages work without one.
	ScriptURL templ.SafeURL
	// RefreshSeconds makes browsers without scripts reload the page after that time, in seconds as text. Empty: they don't.
	RefreshSeconds string
	// Nav holds the links of the main navigation. Empty: no navigation.
	Nav []NavLink
	// Viewer is the visitor who looks at the page.
	Viewer Viewer
	// Notice is the result of what the visitor just did. Zero: none.
	Notice Notice
	// NewSignIn is a sign-in that the visitor has not confirmed. Zero: none.
	NewSignIn NewSignIn
	// EmbeddedBanner is one sentence at the top of every page saying that the embedded Clerk is used. Empty: no banner.
	EmbeddedBanner string
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

// Viewer is the visitor who looks at a page. The zero value is signed out.
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
	// SignInURL and SignUpURL are offered to visitors who are signed out. Empty: the link is left out.
	SignInURL, SignUpURL templ.SafeURL
	// SessionURL is the target of name and e-mail while the visitor is signed in.
	SessionURL templ.SafeURL
	// AccountsURL is the list of accounts on this browser, offered to visitors who are signed in. Empty: the link is left out.
	AccountsURL templ.SafeURL
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
