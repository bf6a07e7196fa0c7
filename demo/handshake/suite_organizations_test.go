package main

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
)

// Patterns of the suite's application.
const (
	byID, belowID     = "/organizations-by-id/:id", "/organizations-by-id/:id/(.*)"
	bySlug, belowSlug = "/organizations-by-slug/:slug", "/organizations-by-slug/:id/(.*)"
)

func inOrganizationA() map[string]any { return map[string]any{"org_id": "org_a"} }

// visiting is a navigation of a known browser.
func visiting(more ...option) []option { return append([]option{known, document}, more...) }

// switching is the handshake from a path that activates an organization.
func switching(path, id string) want { return handshake(reasonMismatch).to(own + path).activating(id) }

// organizationRows are paths that name an organization.
func organizationRows() []row {
	inA := inOrganizationA()
	return []row{{
		name: "expired, in no organization, one named by id", mode: development, target: "/organizations-by-id/org_a",
		options: visiting(session(expired), organizations(byID)),
		want:    handshake(reasonExpired).to(own + "/organizations-by-id/org_a").activating("org_a"),
	}, {
		name: "in no organization, one named by id", mode: development, target: "/organizations-by-id/org_a",
		options: visiting(session(active), organizations(byID)), want: switching("/organizations-by-id/org_a", "org_a"),
	}, {
		name: "a program in no organization, one named by id", mode: development, target: "/organizations-by-id/org_a",
		options: []option{bearerAlone(active), organizations(byID)}, want: as("user_12345"),
	}, {
		name: "a program whose session has expired", mode: development, target: "/organizations-by-id/org_a",
		options: []option{bearerAlone(expired), organizations(byID)}, want: want{status: http.StatusTemporaryRedirect},
	}, {
		name: "in an organization, another named by id", mode: development, target: "/organizations-by-id/org_b",
		options: visiting(session(active, inA), organizations(byID, belowID)), want: switching("/organizations-by-id/org_b", "org_b"),
	}, {
		name: "in no organization, one named by slug", mode: development, target: "/organizations-by-slug/bcorp",
		options: visiting(session(active), organizations(byID, belowID, bySlug, belowSlug)),
		want:    switching("/organizations-by-slug/bcorp", "bcorp"),
	}, {
		name: "in an organization, something of another's named by slug", mode: development, target: "/organizations-by-slug/bcorp/settings",
		options: visiting(session(active, inA), organizations(bySlug, belowSlug, byID, belowID)),
		want:    switching("/organizations-by-slug/bcorp/settings", "bcorp"),
	}, {
		name: "a slash at the end is taken off first", mode: development, target: "/organizations-by-id/org_b/",
		options: visiting(session(expired, inA), organizations(byID, belowID)),
		want:    want{status: http.StatusPermanentRedirect, location: "/organizations-by-id/org_b"},
	}}
}

// personalRows are paths that name the personal account, and paths that need no change.
func personalRows() []row {
	inA := inOrganizationA()
	personal := func(patterns ...string) option {
		return syncing(&authn.OrganizationSync{
			OrganizationPatterns: patterns, PersonalAccountPatterns: []string{"/personal-account", "/personal-account/(.*)"},
		})
	}
	return []row{{
		name: "in an organization, the personal account named", mode: development, target: "/personal-account",
		options: visiting(session(active, inA), personal(byID, belowID, bySlug, belowSlug)), want: switching("/personal-account", ""),
	}, {
		name: "in no organization, the personal account named", mode: development, target: "/personal-account",
		options: visiting(session(active), personal(bySlug, belowSlug)), want: as("user_12345"),
	}, {
		name: "in the organization that is named", mode: development, target: "/organizations-by-id/org_a",
		options: visiting(session(active, inA), personal(byID, belowID)), want: as("user_12345"),
	}, {
		name: "nothing is configured", mode: development, target: "/organizations-by-id/org_a",
		options: visiting(session(active, inA), syncing(nil)), want: as("user_12345"),
	}, {
		name: "the pattern is no path", mode: development, target: "/organizations-by-id/org_a",
		options: visiting(session(active, inA), organizations("i am not valid config")), want: as("user_12345"),
	}}
}

// loopRows are about the counter that stops organization sync from redirecting for ever.
func loopRows() []row {
	patterns := organizations(byID, belowID)
	return []row{{
		name: "redirects are counted", mode: development, target: "/organizations-by-id/org_a",
		options: []option{known, session(active), document, patterns},
		want: handshake(reasonMismatch).to(own + "/organizations-by-id/org_a").activating("org_a").
			setting("__clerk_redirect_count=1"),
	}, {
		name: "after three redirects the organization is left as it is", mode: development, target: "/organizations-by-id/org_a",
		options: []option{known, session(active), cookie("__clerk_redirect_count", "3"), document, patterns},
		want:    as("user_12345").settingOnly(),
	}}
}
