package ginclerk_test

import (
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// A limit may count by what a form says, such as the account that somebody wants to sign in to. The handler still gets the form,
// whichever way it reads one.
func TestALimitThatReadsAFormLeavesItToTheHandler(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]func(*gin.Context) string{
		"by Gin":      func(c *gin.Context) string { return c.PostForm("account") },
		"by net/http": func(c *gin.Context) string { return c.Request.PostFormValue("account") },
		"bound": func(c *gin.Context) string {
			var form struct {
				Account string `form:"account"`
			}
			_ = c.ShouldBind(&form)
			return form.Account
		},
	} {
		a := newApp(t)
		guard := counting(t, a, func(l *ginclerk.Limit) { l.Key = key })
		a.engine.POST("/", guard, func(c *gin.Context) {
			var form struct {
				Account string `form:"account"`
				Text    string `form:"text"`
			}
			if err := c.ShouldBind(&form); err != nil {
				t.Error(err)
			}
			c.String(http.StatusOK, form.Account+" "+form.Text+" "+c.Request.PostFormValue("text")+" "+c.PostForm("text"))
		})
		got := a.ask(http.MethodPost, "/", ownForm, body("account=ada&text=hello")).wantStatus(t, http.StatusOK)
		if want := "ada hello hello hello"; got.Body.String() != want {
			t.Errorf("%s: the handler has %q, want %q", name, got.Body, want)
		}
	}
}
