package pages_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/pages"
)

// Two engines have the pages of one Clerk and routes of the same names.
func TestEnginesWithOneClerkKeepTheirFormsApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	arrived := map[string][]string{}
	engines := map[string]*gin.Engine{"first": gin.New(), "second": gin.New()}
	for _, name := range []string{"first", "second"} {
		engine := engines[name]
		engine.Use(w.clerk.Attach())
		w.clerk.MountProxy(engine)
		engine.POST("/orders", w.clerk.RequireSession(), func(c *gin.Context) {
			arrived[name] = append(arrived[name], c.PostForm("for"))
			c.Status(http.StatusCreated)
		})
		if _, err := pages.Mount(engine, w.clerk, pages.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	b := (&vault{world: w}).expired(t, ada)
	for name, engine := range engines {
		w.engine = engine
		b.ask(http.MethodPost, "/orders", url.Values{"for": {name}})
	}
	for name, engine := range engines {
		w.engine = engine
		waiting := b.open(t, "/sessions/forms").wantPage(t, http.StatusOK, "/sessions/forms", titleForms).all(t, "waiting-form")
		if len(waiting) != 1 {
			t.Fatalf("%s: %d forms are offered, want its own", name, len(waiting))
		}
		if sent := b.ask(http.MethodPost, "/sessions/forms/send", url.Values{"form": {attribute(waiting[0], "data-form")}}); sent.Code != http.StatusCreated {
			t.Errorf("%s: sending answers %d", name, sent.Code)
		}
	}
	for name := range engines {
		if got := arrived[name]; len(got) != 1 || got[0] != name {
			t.Errorf("at the %s engine arrived %v", name, got)
		}
	}
}

// The page shows the limit before a person reaches it.
func TestThePageSaysWhenThereIsNoRoomForMore(t *testing.T) {
	t.Parallel()
	v := newVault(t, options{})
	b := v.expired(t, ada)
	for i := range 3 {
		b.ask(http.MethodPost, "/orders", url.Values{"n": {string(rune('a' + i))}})
	}
	p := b.open(t, "/sessions/forms").wantPage(t, http.StatusOK, "/sessions/forms", titleForms)
	if got := p.text(t, "limit"); got != "No room for more. This browser has 3 saved forms, and that is the limit. Send or discard one before you send another form." {
		t.Errorf("the page says %q", got)
	}
	if got := p.text(t, "volatile"); got == "" {
		t.Error("it does not say that a restart loses the forms")
	}
}
