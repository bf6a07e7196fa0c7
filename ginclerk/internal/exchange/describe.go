package exchange

import (
	"reflect"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/exempt"
	"github.com/ginclerk/ginclerk/ginclerk/internal/rules"
)

// Description says what a handler of ginclerk does with requests. Package routes reads it.
type Description struct {
	// Name is what applications call the handler: RequireSession.
	Name string
	// Asks are the arguments, in words: Role(org:admin).
	Asks []string
	// Needs is what a request must have to pass.
	Needs Need
	// Serves reports that the handler is no guard: it serves the route, and asks for what it needs itself.
	Serves bool
	// Clerk is the one that made the handler; nil: it belongs to none.
	Clerk any
	// Counts reports that the handler is a rate limit, which counts a request for each time that it stands in front.
	Counts bool
	// Exempt has the prefixes below which the handler does nothing; nil: it stands in front of every path.
	Exempt *exempt.Prefixes
	// Rules say what each path needs, for a handler that applies some; else nil. Admin is what they ask of administrators.
	Rules *rules.Rules
	Admin string
}

// Need is what a request must have to pass a handler.
type Need string

// What a request may need. The zero value: nothing.
const (
	NeedsSession Need = "session"
	NeedsToken   Need = "token" // of a session or of a machine
	// NeedsRules: what the rules of the handler say.
	NeedsRules Need = "rules"
)

// descriptionKey is where a context without a request has the room for a description.
type descriptionKey struct{}

// Described returns a handler that does what the given one does, and that [Describe] can ask what it is. It is not inlined, so that
// all such handlers run the same code: that is how they are recognized.
//
//go:noinline
func Described(about func() Description, do gin.HandlerFunc) gin.HandlerFunc {
	return func(c *gin.Context) {
		if c.Request == nil && tell(c, about) {
			return
		}
		do(c)
	}
}

// tell describes a handler to whoever asks.
func tell(c *gin.Context, about func() Description) bool {
	room, _ := c.Get(descriptionKey{})
	description, asked := room.(*Description)
	if asked {
		*description = about()
	}
	return asked
}

// Describe asks a handler what it is. It runs no handler but those of [Described], and reports whether the handler is one.
func Describe(handler gin.HandlerFunc) (Description, bool) {
	if handler == nil || codeOf(handler) != codeOf(Described(nil, nil)) {
		return Description{}, false
	}
	description, c := &Description{}, &gin.Context{}
	c.Set(descriptionKey{}, description)
	handler(c)
	return *description, true
}

// codeOf is where the code of a function is.
func codeOf(handler gin.HandlerFunc) uintptr { return reflect.ValueOf(handler).Pointer() }
