package mint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// UnknownError is a shortcode in a claim that Clerk doesn't have. Clerk accepts it, and later writes null or the text itself
// into tokens.
type UnknownError struct {
	// Claim is the claim's path, such as metadata.roles[0].
	Claim string
	// Shortcode is the unknown shortcode.
	Shortcode string
}

// Error names the shortcode, and those that exist.
func (u UnknownError) Error() string {
	codes := shortcodes(subject{session: &world.Session{User: &world.User{}}})
	root, _, _ := strings.Cut(u.Shortcode, ".")
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(codes)), func(name string) bool { return !strings.HasPrefix(name, root+".") })
	if len(names) == 0 {
		names = []string{"user.…", "org.…", "org_membership.…", "session.…", "date.now"}
	}
	return fmt.Sprintf("there is no shortcode {{%s}}; there are %s", u.Shortcode, strings.Join(names, ", "))
}

// Check returns the unknown shortcodes of claims, in the order of the claims' names.
func Check(claims map[string]any) []UnknownError {
	return check("", claims, shortcodes(subject{session: &world.Session{User: &world.User{}}}))
}

func check(path string, value any, codes map[string]any) (found []UnknownError) {
	switch v := value.(type) {
	case string:
		_, expressions := split(v)
		for _, expression := range expressions {
			for _, operand := range operands(expression) {
				if _, known := operandValue(codes, operand); !known {
					found = append(found, UnknownError{Claim: path, Shortcode: operand})
				}
			}
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			found = append(found, check(strings.TrimPrefix(path+"."+name, "."), v[name], codes)...)
		}
	case []any:
		for i := range v {
			found = append(found, check(fmt.Sprintf("%s[%d]", path, i), v[i], codes)...)
		}
	}
	return found
}
