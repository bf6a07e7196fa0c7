package origin

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/pasted"
	"github.com/ginclerk/ginclerk/ginclerk/internal/weburl"
)

// Parse reads a configured origin, in any spelling that browsers accept for it. For a text that no browser sends as an origin, it
// returns an error that says what to write. The error quotes the text, unless the text may have a password.
func Parse(text string) (Origin, error) {
	o, err := parse(text)
	switch {
	case err == nil:
		return o, nil
	case strings.Contains(text, "@"):
		return Origin{}, err
	default:
		return Origin{}, fmt.Errorf("%q %w", text, err)
	}
}

// ParseList reads a list of origins, each once, in their order. It reports every problem at once.
func ParseList(list []string) ([]Origin, error) {
	var origins []Origin
	var problems []error
	known := make(map[Origin]bool, len(list))
	for _, text := range list {
		o, err := Parse(text)
		if err != nil {
			problems = append(problems, err)
		} else if !known[o] {
			known[o] = true
			origins = append(origins, o)
		}
	}
	return origins, errors.Join(problems...)
}

// Texts returns origins as browsers send them.
func Texts(origins []Origin) []string {
	var texts []string
	for _, o := range origins {
		texts = append(texts, o.String())
	}
	return texts
}

const example = "such as https://app.example.com"

func parse(text string) (Origin, error) {
	if trimmed := pasted.Bare(text); trimmed != text && trimmed != "" {
		return Origin{}, errors.New("has white space or quotes around it" + instead(trimmed))
	}
	switch {
	case text == "":
		return Origin{}, errors.New("is empty: write an origin, " + example)
	case strings.ContainsAny(text, ",; \t\r\n"):
		return Origin{}, errors.New("holds several origins, or white space: make each an entry of its own, " + example)
	case strings.Contains(text, "*"):
		return Origin{}, errors.New("is a pattern, and a browser always sends one exact origin: list each of them, " + example)
	case text == "null":
		return Origin{}, errors.New("is what browsers send for pages without an origin, and any site can have such a page: write your own, " + example)
	}
	scheme, rest, found := strings.Cut(text, "://")
	scheme = strings.ToLower(scheme)
	switch {
	case !found:
		return Origin{}, errors.New("has no scheme in front" + instead("https://"+strings.TrimLeft(text, "/")))
	case scheme != "http" && scheme != "https":
		return Origin{}, errors.New("must begin with https:// or http://" + instead("https://"+rest))
	}
	return parseAuthority(scheme, rest)
}

// parseAuthority reads the text after the scheme: a host, perhaps with a port.
func parseAuthority(scheme, rest string) (Origin, error) {
	authority := rest
	if end := strings.IndexAny(rest, `/\?#`); end >= 0 {
		authority = rest[:end]
	}
	host := authority[strings.LastIndexByte(authority, '@')+1:]
	switch {
	case host != authority:
		return Origin{}, errors.New("the origin has a user or password in it, which browsers never send" + instead(scheme+"://"+host))
	case authority != rest:
		return Origin{}, errors.New("must be scheme, host and port alone, with nothing behind, not even a slash" + instead(scheme+"://"+host))
	case len(host) > maxHost:
		return Origin{}, errors.New("is too long for an origin")
	}
	return parseHost(scheme, host)
}

func parseHost(scheme, host string) (Origin, error) {
	u, err := weburl.Parse(scheme + "://" + host + "/")
	if err != nil {
		return Origin{}, errors.New("has no host that browsers could go to: write an origin, " + example)
	}
	o := At(scheme, u.Host())
	name := u.Hostname
	switch {
	case strings.HasSuffix(name, "."):
		return Origin{}, errors.New("has a dot at the end of its host, which makes it another site for browsers" +
			instead(scheme+"://"+strings.Replace(u.Host(), name, strings.TrimRight(name, "."), 1)))
	case strings.HasPrefix(name, "."):
		return Origin{}, errors.New("begins with a dot, and a browser always sends one exact origin: list each of them, " + example)
	case strings.Contains(name, ".."), o.IsZero():
		return Origin{}, errors.New("has no host that browsers could go to: write an origin, " + example)
	default:
		return o, nil
	}
}

// instead says what to write: the origin, if it is known, or an example.
func instead(text string) string {
	if o, err := parse(text); err == nil {
		if !o.Secure() || !o.Loopback() {
			return ": write " + o.String()
		}
		return ": write http://" + o.Host()
	}
	return ": write an origin, " + example
}
