// Brand has the session pages in the application's own layout, colors and language.
package main

import (
	"cmp"
	"html/template"
	"log"
	"net/http"
	"os"

	"github.com/gin-gonic/gin"
	"github.com/go-playground/locales/de"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/localization"
	"github.com/ginclerk/ginclerk/templates"
)

const layout = `<!DOCTYPE html>
<html lang="{{.Language}}" dir="{{.Direction}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}} – Nordwind</title>{{.Head}}</head><body>
<header class="top"><a href="/">Nordwind</a>{{.UserButton}}</header><main>{{.Body}}</main><footer>Nordwind GmbH, Kiel</footer></body></html>`

const stylesheet = `:root { --ginclerk-font: Georgia, serif; --ginclerk-radius: 0.25rem; --ginclerk-width: 52rem; }
body { margin: 0; background: #f7f4ee; font: 1rem/1.5 Georgia, serif; }
.top { display: flex; justify-content: space-between; align-items: center; padding: 0.5rem 1.5rem; border-block-end: 3px solid #0b6b5d; }
.top > a { color: #0b6b5d; font-size: 1.5rem; font-weight: 700; text-decoration: none; }
footer { padding: 2rem 1.5rem; text-align: center; }`

func newRouter(clerk *ginclerk.Clerk) (*gin.Engine, error) {
	r := gin.New()
	_ = r.SetTrustedProxies(nil) // behind one, see the example proxy
	r.GET("/brand.css", func(c *gin.Context) { c.Data(http.StatusOK, "text/css; charset=utf-8", []byte(stylesheet)) })
	r.Use(gin.Recovery(), clerk.Attach())
	site, err := pages.Mount(r, clerk, pages.Options{
		AppName: "Nordwind",
		Layout:  templates.HTMLLayout(template.Must(template.New("layout").Parse(layout))),
		Brand:   pages.Brand{Stylesheet: "/brand.css", Scheme: pages.AlwaysLight, Light: pages.Colors{Accent: "#0b6b5d", Background: "#f7f4ee"}},
		Languages: localization.Config{Default: "de", Only: []string{"de"}, Sources: []localization.Source{
			{Tag: "de", Locale: de.New(), Sentences: map[string]string{"parts.session": "Ihre Sitzung", "parts.sign-out": "Abmelden"}},
		}},
	})
	r.GET("/", clerk.RequireSession(), func(c *gin.Context) { c.Redirect(http.StatusSeeOther, site.SessionURL()) })
	return r, err
}

func main() {
	address, config := "localhost:"+cmp.Or(os.Getenv("PORT"), "8080"), ginclerk.ConfigFromEnv()
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
