package ginclerk_test

import (
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

// Where middleware takes the method from a header, a client chooses its methods, and there is no end of them: none is remembered.
func TestMethodsThatAClientMakesUpAreNotRemembered(t *testing.T) { //nolint:paralleltest // it measures memory
	a := newApp(t, configured(func(c *ginclerk.Config) { c.Observer = observe.All() }))
	a.engine.Use(func(c *gin.Context) {
		if method := c.GetHeader("X-HTTP-Method-Override"); method != "" {
			c.Request.Method = method
		}
	})
	a.engine.Any("/", a.clerk.RequireSession(), whoami)
	used := func() uint64 {
		var stats runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	const requests, length = 500, 40 << 10
	a.ask(http.MethodPost, "/", program)
	before := used()
	for i := range requests {
		a.ask(http.MethodPost, "/", program, header("X-HTTP-Method-Override", strings.Repeat("X", length)+strconv.Itoa(i)))
	}
	if after := used(); after > before+requests*length/4 {
		t.Errorf("%d bytes are still in use after %d requests", after-before, requests)
	}
}
