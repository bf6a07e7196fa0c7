// Htmx has a list that htmx changes in place. A signed-out click leads the whole page to sign-in (HX-Redirect), not a fragment of it.
package main

import (
	"cmp"
	_ "embed"
	"html/template"
	"log"
	"net/http"
	"os"
	"slices"
	"sync"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

//go:embed page.html
var page string

func main() {
	address := "localhost:" + cmp.Or(os.Getenv("PORT"), "8080")
	config := ginclerk.ConfigFromEnv()
	config.Origins = []string{"http://" + address}
	clerk, err := ginclerk.New(config)
	if err != nil {
		log.Fatal(err)
	}
	r, err := newRouter(clerk)
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(r.Run(address))
}

// tasks has what each user has to do. Your application has a database in its place.
type tasks struct {
	mu   sync.Mutex
	open map[string][]string // by user id
}

func newRouter(clerk *ginclerk.Clerk) (*gin.Engine, error) {
	html, err := template.New("page").Parse(page)
	if err != nil {
		return nil, err
	}
	r := gin.New()
	_ = r.SetTrustedProxies(nil) // behind one, see the example proxy
	r.SetHTMLTemplate(html)
	t := &tasks{open: map[string][]string{}}
	r.Use(gin.Recovery(), clerk.RequireSession()) // in front of every route: it also refuses clicks that another site caused
	r.GET("/", func(c *gin.Context) {
		c.Header("Content-Security-Policy", "frame-ancestors 'none'") // no other site lays its own page over the form
		c.HTML(http.StatusOK, "page", t.of(c))
	})
	r.POST("/tasks", func(c *gin.Context) {
		t.add(c, c.PostForm("task"))
		c.HTML(http.StatusOK, "list", t.of(c)) // the fragment that htmx puts in place of the list
	})
	return r, nil
}

func (t *tasks) of(c *gin.Context) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.open[ginclerk.From(c).UserID])
}

func (t *tasks) add(c *gin.Context, task string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	user := ginclerk.From(c).UserID
	t.open[user] = append(t.open[user], task)
}
