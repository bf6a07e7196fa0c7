package limit

import (
	"reflect"
	"runtime"
	"strconv"
	"strings"
)

// Describe says in words what each limit counts: "10 in 10s by caller".
func (s *Set) Describe() []string {
	words := make([]string, 0, len(s.limits))
	for _, l := range s.limits {
		words = append(words, l.describe())
	}
	return words
}

func (l Limit) describe() string {
	text := strconv.FormatInt(l.Policy.Limit, 10) + " in " + l.Policy.Window.String()
	if own := strings.ReplaceAll(text, " ", "-"); l.Policy.Name != own {
		text = l.Policy.Name + ": " + text
	}
	text += " by " + l.whom()
	if l.Shadow {
		text += " in shadow mode"
	}
	return text
}

// whom names what a limit counts by. A function of the application may be a closure, whose name says nothing.
func (l Limit) whom() string {
	if l.Key == nil {
		return "caller"
	}
	switch _, name, _ := strings.Cut(runtime.FuncForPC(reflect.ValueOf(l.Key).Pointer()).Name(), "/ginclerk."); name {
	case "ByCaller", "ByOrganization", "BySession", "ByRoute", "ByAddress":
		return strings.ToLower(strings.TrimPrefix(name, "By"))
	default:
		return "a function of the application"
	}
}
