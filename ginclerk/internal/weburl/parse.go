package weburl

import (
	"strconv"
	"strings"
)

// slashes separate the parts of an address. Browsers read a backslash as a slash.
const slashes = `/\`

// trimmed drops the same characters as browsers: spaces and control characters around an address, tabs and line breaks inside
// it.
func trimmed(text string) string {
	text = strings.TrimFunc(text, func(c rune) bool { return c <= ' ' })
	if !strings.ContainsAny(text, "\t\n\r") {
		return text
	}
	return strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(text)
}

// cutScheme returns the scheme in small letters and the text after the colon.
func cutScheme(text string) (scheme, rest string, found bool) {
	for i := range len(text) {
		switch c := text[i]; {
		case isLetter(c):
		case i > 0 && (isDigit(c) || c == '+' || c == '-' || c == '.'):
		case i > 0 && c == ':':
			return strings.ToLower(text[:i]), text[i+1:], true
		default:
			return "", text, false
		}
	}
	return "", text, false
}

// absolute reads an absolute address from the text after its scheme.
func absolute(scheme, rest string) (URL, error) {
	u, rest, err := authority(scheme, rest)
	if err != nil {
		return URL{}, err
	}
	return u.withRest("", rest), nil
}

// authority reads user, host and port, and returns the text after them. Like browsers it accepts any number of slashes in
// front.
func authority(scheme, text string) (u URL, rest string, err error) {
	text = strings.TrimLeft(text, slashes)
	end := strings.IndexAny(text[:min(len(text), MaxAuthority+1)], slashes+"?#")
	if end < 0 {
		end = len(text)
	}
	if end > MaxAuthority {
		return URL{}, "", ErrUnreadable
	}
	u.Scheme = scheme
	host := text[:end]
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		u.userinfo = userinfo(host[:at])
		host = host[at+1:]
	}
	name, port := host, ""
	if colon := strings.IndexByte(host[strings.LastIndexByte(host, ']')+1:], ':'); colon >= 0 {
		colon += strings.LastIndexByte(host, ']') + 1
		name, port = host[:colon], host[colon+1:]
	}
	if u.Hostname, err = hostname(name); err != nil {
		return URL{}, "", err
	}
	u.Port, err = portOf(scheme, port)
	return u, text[end:], err
}

func userinfo(text string) string {
	user, password, _ := strings.Cut(text, ":")
	out := appendEncoded(nil, user, inUserinfo)
	if password != "" {
		out = appendEncoded(append(out, ':'), password, inUserinfo)
	}
	if len(out) == 0 {
		return ""
	}
	return string(append(out, '@'))
}

func portOf(scheme, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	for i := range len(text) {
		if !isDigit(text[i]) {
			return "", ErrUnreadable
		}
	}
	port, err := strconv.ParseUint(text, 10, 16)
	switch {
	case err != nil:
		return "", ErrUnreadable
	case port == defaultPort(scheme):
		return "", nil
	default:
		return strconv.FormatUint(port, 10), nil
	}
}

// relative reads an address that has the scheme of u.
func (u URL) relative(text string) (URL, error) {
	if text != "" && strings.IndexByte(slashes, text[0]) >= 0 {
		if len(text) > 1 && strings.IndexByte(slashes, text[1]) >= 0 {
			return absolute(u.Scheme, text)
		}
		return u.withRest("", text), nil
	}
	u.fragment = ""
	switch {
	case text == "":
		return u, nil
	case text[0] == '#':
		return u.withFragment(text), nil
	case text[0] == '?':
		return u.withQueryAndFragment(text), nil
	default:
		return u.withRest(u.Path[:strings.LastIndexByte(u.Path, '/')], "/"+text), nil
	}
}

// withRest returns u with the path, query and fragment of a text. Folder goes in front of the path, and has no slash at its
// end.
func (u URL) withRest(folder, text string) URL {
	end := strings.IndexAny(text, "?#")
	if end < 0 {
		end = len(text)
	}
	u.Path = path(folder, text[:end])
	return u.withQueryAndFragment(text[end:])
}

func (u URL) withQueryAndFragment(text string) URL {
	query, _, _ := strings.Cut(text, "#")
	u.Query, u.bareQuery = "", query == "?"
	if query != "" {
		u.Query = string(appendEncoded(nil, query[1:], inQuery))
	}
	return u.withFragment(text[len(query):])
}

func (u URL) withFragment(text string) URL {
	u.fragment = ""
	if text != "" {
		u.fragment = string(appendEncoded([]byte("#"), text[1:], inFragment))
	}
	return u
}

// path returns a path below a folder, with dot segments resolved.
func path(folder, text string) string {
	if text != "" && strings.IndexByte(slashes, text[0]) >= 0 {
		text = text[1:]
	}
	out := append(make([]byte, 0, len(folder)+1+len(text)), folder...)
	for last := false; !last; {
		end := strings.IndexAny(text, slashes)
		if last = end < 0; last {
			end = len(text)
		}
		segment := text[:end]
		text = text[min(end+1, len(text)):]
		switch {
		case isDoubleDot(segment):
			out = out[:max(0, lastSlash(out))]
			if last {
				out = append(out, '/')
			}
		case isSingleDot(segment):
			if last {
				out = append(out, '/')
			}
		default:
			out = appendEncoded(append(out, '/'), segment, inPath)
		}
	}
	return string(out)
}

func lastSlash(path []byte) int {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			return i
		}
	}
	return -1
}

func isSingleDot(segment string) bool { return segment == "." || strings.EqualFold(segment, "%2e") }

func isDoubleDot(segment string) bool {
	switch len(segment) {
	case len(".."):
		return segment == ".."
	case len(".%2e"):
		return strings.EqualFold(segment, ".%2e") || strings.EqualFold(segment, "%2e.")
	case len("%2e%2e"):
		return strings.EqualFold(segment, "%2e%2e")
	default:
		return false
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
