// Pages has pages in the application's own layout beside the session pages of package pages: accounts, devices, signing out.
package main

import (
	"cmp"
	_ "embed"
	"html/template"
	"log"
	"net/http"
	"os"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/templates"
)

//go:embed layout.html
var layout string

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

func newRouter(clerk *ginclerk.Clerk) (*gin.Engine, error) {
	own, err := template.New("layout").Parse(layout)
	if err != nil {
		return nil, err
	}
	r := gin.New()
	_ = r.SetTrustedProxies(nil) // behind one, see the example proxy
	r.SetHTMLTemplate(own)
	r.Use(gin.Recovery(), clerk.Attach())
	site, err := pages.Mount(r, clerk, pages.Options{
		AppName: "Acme",
		Nav:     []templates.NavLink{{Label: "Home", URL: "/"}, {Label: "Invoices", URL: "/invoices"}},
	})
	if err != nil {
		return nil, err
	}
	show := func(title, text string) gin.HandlerFunc {
		return func(c *gin.Context) {
			c.Header("Content-Security-Policy", "frame-ancestors 'none'") // no other site lays its own page over the form
			links := clerk.Links(c)
			c.HTML(http.StatusOK, "layout", gin.H{
				"Title": title, "Text": text, "Auth": ginclerk.From(c), "Sessions": site.SessionURL(),
				"SignIn": links.SignIn(c.Request.URL.Path), "SignUp": links.SignUp(c.Request.URL.Path),
			})
		}
	}
	r.GET("/", show("Welcome", "Everybody may read this."))
	r.GET("/invoices", clerk.RequireSession(), show("Invoices", "Only you may read this."))
	r.GET("/plans", clerk.RequireSession(), func(c *gin.Context) {
		site.Render(c, http.StatusOK, plans(site.Frame(c, "Plans"))) // in the layout of the session pages
	})
	return r, nil
}
