package mint

import (
	"maps"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// subject has the values of shortcodes.
type subject struct {
	session     *world.Session
	membership  *world.Membership   // of the active organization; nil: the personal account
	memberships []*world.Membership // all memberships of the user
	now         time.Time
}

// shortcodes returns the value of each shortcode, by the text between {{ and }}. A value that the user doesn't have is null.
// Times are in seconds. Sources: Clerk's documentation, "JWT templates" (with its table of shortcodes until April 2024),
// "Cookie size limits" (user.organizations), "Reverification" and "User impersonation", and public configurations that use
// others.
func shortcodes(s subject) map[string]any {
	codes := map[string]any{"date.now": s.now.Unix()}
	maps.Copy(codes, userCodes(s.session.User))
	maps.Copy(codes, sessionCodes(s.session))
	maps.Copy(codes, organizationCodes(s.membership))
	organizations := map[string]any{}
	for _, m := range s.memberships {
		organizations[m.Organization.ID] = m.Role
	}
	codes["user.organizations"] = organizations
	return codes
}

// userCodes has image_url under its former name, too, and the phone number under both names in the documentation.
func userCodes(u *world.User) map[string]any {
	return map[string]any{
		"user.id":                    u.ID,
		"user.external_id":           orNull(u.ExternalID),
		"user.username":              orNull(u.Username),
		"user.first_name":            orNull(u.FirstName),
		"user.last_name":             orNull(u.LastName),
		"user.full_name":             orNull(strings.TrimSpace(u.FirstName + " " + u.LastName)),
		"user.primary_email_address": orNull(u.PrimaryEmail()),
		"user.email_verified":        u.PrimaryEmail() != "",
		"user.primary_phone_number":  orNull(u.PhoneNumber()),
		"user.primary_phone_address": orNull(u.PhoneNumber()),
		"user.phone_number_verified": u.Phone != nil,
		"user.primary_web3_wallet":   nil,
		"user.image_url":             world.ImageURL(u.ID),
		"user.profile_image_url":     world.ImageURL(u.ID),
		"user.has_image":             false,
		"user.two_factor_enabled":    u.TOTP,
		"user.public_metadata":       u.PublicMetadata,
		"user.unsafe_metadata":       u.UnsafeMetadata,
		"user.created_at":            u.CreatedAt.Unix(),
		"user.updated_at":            u.UpdatedAt.Unix(),
		"user.last_sign_in_at":       secondsOrNull(u.LastSignIn),
	}
}

func sessionCodes(s *world.Session) map[string]any {
	codes := map[string]any{
		"session.id":                s.ID,
		"session.status":            string(s.Status),
		"session.actor":             nil,
		"session.reverification_id": nil,
		"session.created_at":        s.CreatedAt.Unix(),
		"session.updated_at":        s.UpdatedAt.Unix(),
		"session.last_active_at":    s.LastActiveAt.Unix(),
		"session.expire_at":         s.ExpireAt.Unix(),
		"session.abandon_at":        s.AbandonAt.Unix(),
	}
	if s.Actor != nil {
		codes["session.actor"] = s.Actor
	}
	if s.Reverification != nil {
		codes["session.reverification_id"] = s.Reverification.ID
	}
	return codes
}

// organizationCodes are all null in the personal account. Clerk's own permissions (org:sys_…) are never in a token.
func organizationCodes(m *world.Membership) map[string]any {
	personal := m == nil
	if personal {
		m = &world.Membership{Organization: &world.Organization{}}
	}
	permissions := []string{}
	for _, key := range m.Permissions {
		if !strings.HasPrefix(key, "org:sys_") {
			permissions = append(permissions, key)
		}
	}
	codes := map[string]any{
		"org.id":                         m.Organization.ID,
		"org.name":                       m.Organization.Name,
		"org.slug":                       m.Organization.Slug,
		"org.role":                       m.Role,
		"org.image_url":                  world.ImageURL(m.Organization.ID),
		"org.has_image":                  false,
		"org.public_metadata":            m.Organization.PublicMetadata,
		"org_membership.role":            m.Role,
		"org_membership.permissions":     permissions,
		"org_membership.public_metadata": m.PublicMetadata,
	}
	for name := range codes {
		if personal {
			codes[name] = nil
		}
	}
	return codes
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func secondsOrNull(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return at.Unix()
}

// lookup returns a shortcode's value, and whether the shortcode exists. A name after an object names its field, such as role in
// user.public_metadata.role; a missing field is null.
func lookup(codes map[string]any, path string) (value any, known bool) {
	if value, known = codes[path]; known {
		return value, true
	}
	for _, object := range []string{
		"user.public_metadata", "user.unsafe_metadata", "user.organizations", "org.public_metadata",
		"org_membership.public_metadata", "session.actor",
	} {
		if fields, below := strings.CutPrefix(path, object+"."); below && fieldNames(fields) {
			return field(codes[object], fields), true
		}
	}
	return nil, false
}

// fieldNames reports whether the text is names with dots between them, without the filters, indexes and calls of other
// languages.
func fieldNames(path string) bool {
	return !strings.ContainsAny(path, " \t\r\n|'\"`{}[]()") && !strings.Contains("."+path+".", "..")
}

func field(value any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		object, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = object[name]
	}
	return value
}
