package clerktest

import "time"

// Seed is what an embedded Clerk knows at the start.
type Seed struct {
	Users         []User
	Organizations []Organization
	// SessionClaims are merged into every session token at the top level, as set in Clerk's dashboard. Strings may hold shortcodes:
	// {{user.id}}, {{user.primary_email_address}}, {{user.public_metadata.role}}, {{org.slug}}, {{org_membership.permissions}},
	// {{session.actor}}, {{user.first_name || 'friend'}} and so on. One that Clerk doesn't have is an error that names it and those
	// that there are; Clerk itself takes it, and puts null or the text itself into tokens. Nil = the primary e-mail address as email,
	// and the public metadata as metadata.
	SessionClaims map[string]any
	// Templates are the JWT templates by name.
	Templates map[string]JWTTemplate
}

// User is a user to be created.
type User struct {
	// FirstName and LastName may be "".
	FirstName, LastName string
	// Email is the primary address, and verified. It is required, and no two users have the same.
	Email string
	// Password is the password; "" = a new one, see [SeededUser.Password].
	Password string
	// CodeOnly users have no password, and sign in with a code.
	CodeOnly bool
	// TOTP makes an authenticator app the user's second factor, without which nobody signs in. Its code is always 424242.
	TOTP bool
	// BackupCodes stand in for the app, each once. They need TOTP.
	BackupCodes []string
	// PublicMetadata is what browsers and tokens may see; PrivateMetadata is for the Backend API alone.
	PublicMetadata, PrivateMetadata map[string]any
	// Features and Plan are what the user's own subscription grants: the claims fea and pla.
	Features []string
	Plan     string
	// Memberships are the user's organizations.
	Memberships []Membership
	// ActiveOrganization is the slug of the organization that the user's sessions start in, one of the memberships; "" = the personal
	// account.
	ActiveOrganization string
	// Devices are where the user is signed in already, each with a client and a session of its own.
	Devices []Device
	// Note says what the user is there for.
	Note string
}

// Organization is an organization to be created.
type Organization struct {
	// Name is shown; Slug is what memberships refer to. Both are required.
	Name, Slug string
	// Features and Plan are what the organization's subscription grants.
	Features []string
	Plan     string
}

// Membership makes a user a member of an organization.
type Membership struct {
	// Organization is the slug.
	Organization string
	// Role is a role such as org:admin.
	Role string
	// Permissions are permissions such as org:billing:manage. Those of Clerk itself (org:sys_…) are never in tokens.
	Permissions []string
}

// Device is where a session is used. The zero value is an unknown device.
type Device struct {
	// Type is Macintosh, Windows, iPhone, Android or the like.
	Type   string
	Mobile bool
	// Browser and BrowserVersion are such as Chrome and 140.0.0.0.
	Browser, BrowserVersion string
	// IPAddress, City and Country are where it is; Country is a code of two letters.
	IPAddress, City, Country string
	// SignedInAgo is how long ago the session began, and IdleFor how long ago it was last used. Both are below seven days, which
	// is when sessions expire.
	SignedInAgo, IdleFor time.Duration
}

// JWTTemplate is a JWT template, as made in Clerk's dashboard.
type JWTTemplate struct {
	// Claims are the template's claims; strings may hold shortcodes, see [Seed.SessionClaims].
	Claims map[string]any
	// Lifetime is how long its tokens live; 0 = a minute.
	Lifetime time.Duration
}

// SeededUser is a user that was there at the start, or was added by [Server.AddUser].
type SeededUser struct {
	ID, Name, Email string
	// Password is the password in plain text; "" for a user who signs in with a code.
	Password string
	// Note says what the user is there for, such as "admin of Acme".
	Note string
}
