package ginclerk

import (
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/guard"
	"github.com/ginclerk/ginclerk/ginclerk/internal/identity"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Requirement is something that a signed-in request must have beyond its session. Make them with [Role], [Permission],
// [Feature], [Plan], [Reverified], [ReverifiedWithin] and [Satisfies]; the zero value is never met. It is a value and safe for
// concurrent use.
type Requirement struct{ rule guard.Requirement }

// Role requires a role in the active organization, such as org:admin; the prefix may be left out.
func Role(role string) Requirement { return has("Role", role, token.Check{Role: &role}) }

// Permission requires a permission in the active organization, such as org:invoices:create.
func Permission(permission string) Requirement {
	return has("Permission", permission, token.Check{Permission: &permission})
}

// Feature requires a feature of the user's or the organization's plan, such as export, or o:export for the organization's alone.
func Feature(feature string) Requirement {
	return has("Feature", feature, token.Check{Feature: &feature})
}

// Plan requires a plan of the user or the organization, such as pro, or u:pro for the user's alone.
func Plan(plan string) Requirement { return has("Plan", plan, token.Check{Plan: &plan}) }

// Satisfies requires what the application itself asks. The function must be pure and safe for concurrent use.
func Satisfies(met func(*Auth) bool) Requirement {
	if met == nil {
		return Requirement{}
	}
	rule := guard.Meets(func(id *identity.Identity) bool { return met(authOf(id)) })
	return Requirement{rule.Called("Satisfies", "a function of the application")}
}

func has(name, value string, check token.Check) Requirement {
	return Requirement{guard.Has(check).Called(name, value)}
}

// Reverified requires that the user has proved lately who they are, as one of Clerk's presets says: token.PresetStrictMFA,
// PresetStrict, PresetModerate or PresetLax. An API answers 403 with the member clerk_error with which clerk-js begins its
// reverification; a page has its token renewed once, for its factors may have been verified since it was minted, and then
// goes to the verification page ([Pages]) and comes back. An unknown preset is never met.
func Reverified(preset token.Preset) Requirement {
	return Requirement{guard.Reverified(preset).Called("Reverified", string(preset))}
}

// ReverifiedWithin is [Reverified] with a level and an age, which counts in whole minutes (at least one).
func ReverifiedWithin(level token.Level, age time.Duration) Requirement {
	return Requirement{guard.ReverifiedWithin(level, age).Called("ReverifiedWithin", string(level)+", "+age.String())}
}
