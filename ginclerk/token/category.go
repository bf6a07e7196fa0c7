package token

// Category is the class of a token that Clerk signed, from the header's cat (@clerk/backend, file tokens/jwtCategories.ts).
// Clerk signs all classes with the same key, so only the category tells a session token from a template token.
type Category string

// The categories that Clerk knows. A handshake token has the category of session tokens.
const (
	// CategoryNone is a token without cat, minted before categories existed. It may be a session token.
	CategoryNone     Category = ""
	CategorySession  Category = "cl_B7d4PD111AAA"
	CategoryTemplate Category = "cl_B7d4PD222AAA"
	CategoryMachine  Category = "cl_B7d4PD333AAA"
	// CategoryIgnored says nothing: some instances put it on every class. It may be a session token.
	CategoryIgnored Category = "cl_I7d4PD111III"
)

// categoryMalformed stands for a cat that is present but is empty or not a string. It is not a category, and not an absent one.
const categoryMalformed Category = "malformed"

// MayBeSession reports whether a token of this category can be a session token or a handshake token.
func (c Category) MayBeSession() bool {
	return c == CategoryNone || c == CategorySession || c == CategoryIgnored
}
