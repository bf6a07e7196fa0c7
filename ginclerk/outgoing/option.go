package outgoing

import "time"

// Option asks for another token than the request's own. Auth.Token of package ginclerk takes options; of two that set the same, the
// last one counts.
type Option func(*Request)

// Template asks for a token of the JWT template of that name, which must exist in the Clerk dashboard. Services that
// expect Clerk's session tokens refuse such tokens.
func Template(name string) Option {
	return func(r *Request) { r.Template = name }
}

// Lifetime asks for a token that lives as long as that from when it is made: whole seconds, from 30 seconds to ten years.
// Without it, tokens live as the instance or the template says; a session's end does not shorten the life of a token, so
// keep it short.
func Lifetime(d time.Duration) Option {
	return func(r *Request) { r.Lifetime = d }
}

// MinimumLife asks for a token that has at least that much of its life left, for a call that takes a while. Without it
// that is [DefaultMargin]. It never makes a token live longer: see [Lifetime].
func MinimumLife(d time.Duration) Option {
	return func(r *Request) { r.MinimumLife = d }
}
