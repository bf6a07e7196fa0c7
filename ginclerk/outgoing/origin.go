package outgoing

import (
	"errors"
	"fmt"
	"net/url"

	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
)

// parseOrigins reads the list of origins to which tokens may be sent.
func parseOrigins(list []string) (map[origin.Origin]bool, error) {
	if len(list) == 0 {
		return nil, errors.New("no origins: list those that tokens may be sent to, such as https://api.example.com")
	}
	origins := make(map[origin.Origin]bool, len(list))
	var problems []error
	for _, text := range list {
		listed, err := origin.Parse(text)
		switch {
		case err != nil:
			problems = append(problems, fmt.Errorf("origin %w", err))
		case origin.Of(addressOf(text)) != listed: // Go may look up another name than a browser
			problems = append(problems, fmt.Errorf("origin %q is written in a way that clients read differently: write %s", text, listed))
		case !listed.Secure() && !listed.Loopback():
			problems = append(problems, fmt.Errorf("origin %q must be https: a token goes there (http for this machine alone)", text))
		default:
			origins[listed] = true
		}
	}
	return origins, errors.Join(problems...)
}

func addressOf(text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil {
		return nil
	}
	return u
}
