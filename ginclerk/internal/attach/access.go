package attach

import (
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
)

// Access is what packages beside ginclerk, such as pages, have of a Clerk beyond what applications have.
type Access struct {
	// Request returns a request at its instance. nil: it belongs to none, and was answered.
	Request func(*gin.Context) *Request
	// Core is what serves the instance; nil for a Clerk that chooses among instances.
	Core *serving.Core
	// EachInstance has a function called with each instance of the Clerk, once: at once, or for a Clerk that chooses among instances when a
	// request chooses the instance for the first time. A later function takes the place of an earlier one.
	EachInstance func(func(*serving.Core))
}

// Serving returns what ginclerk does with a request beyond what applications may. nil: it belongs to no instance, and was answered.
func (a Access) Serving(c *gin.Context) *serving.Request {
	if r := a.Request(c); r != nil {
		return r.Serving()
	}
	return nil
}
