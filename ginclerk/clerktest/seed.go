package clerktest

import "time"

// Seed is the state of an embedded Clerk at the start. [ParseSeed] reads it from JSON, with the names in the tags.
type Seed struct {
	Users         []User         `json:"users"`
	Organizations []Organization `json:"organizations"`
	// SessionClaims are merged into every session token at the top level, as set in Clerk's dashboard. Strings may hold shortcodes:
	// {{user.id}}, {{user.primary_email_address}}, {{user.public_metadata.role}}, {{org.slug}}, {{org_membership.permissions}},
	// {{session.actor}}, {{user.first_name || 'friend'}} and so on. A shortcode that Clerk doesn't have is an error, which names it and
	// the ones that exist; Clerk itself accepts it, and writes null or the text itself into tokens. Nil = the primary e-mail address as
	// email, and the public metadata as metadata.
	SessionClaims map[string]any `json:"session_claims"`
	// Templates are the JWT templates by name.
	Templates map[string]JWTTemplate `json:"templates"`
}

// User is a user to be created.
type User struct {
	// FirstName and LastName may be "".
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	// Email is the primary address, and verified. Required; two users can't have the same.
	Email string `json:"email"`
	// Password is the password; "" = a new one, see [SeededUser.Password].
	Password string `json:"password"`
	// CodeOnly users have no password, and sign in with a code.
	CodeOnly bool `json:"code_only"`
	// TOTP gives the user an authenticator app, whose code each sign-in then needs. The code is always 424242.
	TOTP bool `json:"totp"`
	// BackupCodes work instead of the app's code, each once. They need TOTP.
	BackupCodes []string `json:"backup_codes"`
	// PublicMetadata is what browsers and tokens may see; PrivateMetadata is only for the Backend API.
	PublicMetadata  map[string]any `json:"public_metadata"`
	PrivateMetadata map[string]any `json:"private_metadata"`
	// Features and Plan are granted by the user's own subscription: the claims fea and pla.
	Features []string `json:"features"`
	Plan     string   `json:"plan"`
	// Memberships are the user's organizations.
	Memberships []Membership `json:"memberships"`
	// ActiveOrganization is the slug of the active organization of the user's new sessions, one of the memberships; "" = the
	// personal account.
	ActiveOrganization string `json:"active_organization"`
	// Devices are the devices on which the user is already signed in, each with its own client and session.
	Devices []Device `json:"devices"`
	// Note says what the user is for, such as "admin of Acme".
	Note string `json:"note"`
}

// Organization is an organization to be created.
type Organization struct {
	// Name is what people see; memberships name the organization by Slug. Both are required, and the slug is unique.
	Name string `json:"name"`
	Slug string `json:"slug"`
	// Features and Plan are granted by the organization's subscription.
	Features []string `json:"features"`
	Plan     string   `json:"plan"`
}

// Membership makes a user a member of an organization.
type Membership struct {
	// Organization is the slug. Required.
	Organization string `json:"organization"`
	// Role is a role such as org:admin. Required.
	Role string `json:"role"`
	// Permissions are permissions such as org:billing:manage. Those of Clerk itself (org:sys_…) are never in tokens.
	Permissions []string `json:"permissions"`
}

// Device is where a session is used. The zero value is an unknown device.
type Device struct {
	// Type is a word such as Macintosh, Windows, iPhone or Android.
	Type   string `json:"type"`
	Mobile bool   `json:"mobile"`
	// Browser and BrowserVersion are words such as Chrome and 140.0.0.0.
	Browser        string `json:"browser"`
	BrowserVersion string `json:"browser_version"`
	// IPAddress, City and Country are the device's address and place; Country is a code of two letters.
	IPAddress string `json:"ip_address"`
	City      string `json:"city"`
	Country   string `json:"country"`
	// SignedInAgo is how long ago the session began, and IdleFor how long ago it was last used. Both are below seven days,
	// because sessions then expire. [ParseSeed] reads texts such as "26h30m".
	SignedInAgo time.Duration `json:"signed_in_ago"`
	IdleFor     time.Duration `json:"idle_for"`
}

// JWTTemplate is a JWT template, as made in Clerk's dashboard.
type JWTTemplate struct {
	// Claims are the template's claims. Strings may have shortcodes, see [Seed.SessionClaims].
	Claims map[string]any `json:"claims"`
	// Lifetime is the lifetime of its tokens; 0 = a minute. [ParseSeed] reads texts such as "5m".
	Lifetime time.Duration `json:"lifetime"`
}

// SeededUser is a user of the seed, or a user that [Server.AddUser] added.
type SeededUser struct {
	ID, Name, Email string
	// Password is the password in plain text; "" for a user who signs in with a code.
	Password string
	// Note says what the user is for, such as "admin of Acme".
	Note string
}
