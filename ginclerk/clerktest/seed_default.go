package clerktest

import "time"

// DefaultSeed returns two organizations (Acme and Globex), five users and two JWT templates (billing and supabase). The caller
// may change the result.
//
//   - ada@example.com is admin of Acme
//   - bob@example.com is a member of Acme
//   - dana@example.com is a member of Globex, and signed in on four devices
//   - grace@example.com is admin of Globex and a member of Acme
//   - mia@example.com belongs to no organization: a second account for a browser
//
// The active organization of a new session is one that the user administers, else one of which the user is a member.
func DefaultSeed() *Seed {
	return &Seed{
		Organizations: []Organization{
			{Name: "Acme", Slug: "acme", Features: []string{"billing", "reports"}, Plan: "pro"},
			{Name: "Globex", Slug: "globex", Features: []string{"reports"}, Plan: "free_org"},
		},
		Users: []User{
			{
				FirstName: "Ada", LastName: "Okafor", Email: "ada@example.com", Note: "admin of Acme",
				PublicMetadata: role("admin"), Plan: "free_user", Memberships: []Membership{admin("acme")},
				ActiveOrganization: "acme",
			},
			{
				FirstName: "Bob", LastName: "Lindgren", Email: "bob@example.com", Note: "member of Acme",
				PublicMetadata: role("member"), Plan: "free_user", Memberships: []Membership{member("acme")},
				ActiveOrganization: "acme",
			},
			{
				FirstName: "Dana", LastName: "Reyes", Email: "dana@example.com", Note: "signed in on four devices",
				PublicMetadata: role("member"), Plan: "free_user", Memberships: []Membership{member("globex")},
				ActiveOrganization: "globex", Devices: fourDevices(),
			},
			{
				FirstName: "Grace", LastName: "Tanaka", Email: "grace@example.com", Note: "admin of Globex, member of Acme",
				PublicMetadata: role("admin"), Plan: "free_user", Memberships: []Membership{member("acme"), admin("globex")},
				ActiveOrganization: "globex",
			},
			{
				FirstName: "Mia", LastName: "Novak", Email: "mia@example.com", Note: "a second account, in no organization",
				PublicMetadata: role("guest"), Plan: "free_user",
			},
		},
		Templates: map[string]JWTTemplate{
			"billing": {Claims: map[string]any{
				"aud": "https://billing.example.com", "email": "{{user.primary_email_address}}", "organization": "{{org.slug}}",
			}},
			"supabase": {Claims: map[string]any{
				"aud": "authenticated", "role": "authenticated", "email": "{{user.primary_email_address}}",
				"app_metadata": map[string]any{}, "user_metadata": "{{user.public_metadata}}",
			}},
		},
	}
}

func defaultSessionClaims() map[string]any {
	return map[string]any{"email": "{{user.primary_email_address}}", "metadata": "{{user.public_metadata}}"}
}

func role(name string) map[string]any { return map[string]any{"role": name} }

func admin(organization string) Membership {
	return Membership{Organization: organization, Role: "org:admin", Permissions: []string{
		"org:sys_profile:manage", "org:sys_profile:delete", "org:sys_memberships:manage", "org:sys_memberships:read", "org:billing:manage", "org:billing:read", "org:reports:read",
	}}
}

func member(organization string) Membership {
	return Membership{Organization: organization, Role: "org:member", Permissions: []string{
		"org:sys_memberships:read", "org:reports:read",
	}}
}

// fourDevices have documentation addresses (RFC 5737 and RFC 3849).
func fourDevices() []Device {
	return []Device{
		{
			Type: "Windows", Browser: "Edge", BrowserVersion: "139.0.3405.86", IPAddress: "192.0.2.14", City: "Toronto", Country: "CA",
			SignedInAgo: 6 * 24 * time.Hour, IdleFor: 3 * 24 * time.Hour,
		},
		{
			Type: "Macintosh", Browser: "Chrome", BrowserVersion: "140.0.0.0", IPAddress: "198.51.100.23", City: "Berlin", Country: "DE",
			SignedInAgo: 3 * 24 * time.Hour, IdleFor: 2 * time.Hour,
		},
		{
			Type: "iPhone", Mobile: true, Browser: "Safari", BrowserVersion: "18.5", IPAddress: "203.0.113.77", City: "Lisbon",
			Country: "PT", SignedInAgo: 26 * time.Hour, IdleFor: 20 * time.Minute,
		},
		{
			Type: "Android", Mobile: true, Browser: "Firefox", BrowserVersion: "142.0", IPAddress: "2001:db8::42", City: "Nairobi",
			Country: "KE", SignedInAgo: 5 * time.Hour, IdleFor: time.Minute,
		},
	}
}
