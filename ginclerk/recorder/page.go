package recorder

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/peer"
	"github.com/ginclerk/ginclerk/static"
)

// PagePath is where [Recorder.Mount] mounts the page.
const PagePath = "/__ginclerk/decisions"

// ErrProduction says that the page is not mounted on a production instance without a guard.
var ErrProduction = errors.New("recorder: the page of decisions is not mounted on a production instance: set Guards, or UnsafeProduction for a page that this machine alone can read")

// MountOptions say who may read the page. The zero value is for development: programs on this machine, and browsers on it, which no other site may have
// had ask. A proxy or a tunnel on this machine that adds no header, such as one for TCP, can't be told from them: set Guards where there is one.
type MountOptions struct {
	// Guards stand in front of the page, which other machines can read then, also on a production instance:
	//
	//	recorder.MountOptions{Guards: []gin.HandlerFunc{clerk.Require(ginclerk.Role("org:admin"))}}
	Guards []gin.HandlerFunc
	// UnsafeProduction mounts the page on a production instance without a guard. This machine alone can read it, and who has an account on
	// the machine can.
	UnsafeProduction bool
}

//go:embed page.html
var pageFile embed.FS

// page is the page of a recorder.
type page struct {
	recorder *Recorder
	guarded  bool
	shown    *template.Template
	style    []byte
}

// Mount mounts the page at [PagePath], its entries below that, and the Go tests of these. The error is [ErrProduction] for a production
// instance, and for a Clerk of many tenants, whose instances are not known yet.
func (r *Recorder) Mount(engine *gin.Engine, clerk *ginclerk.Clerk, options MountOptions) error {
	guarded := len(options.Guards) > 0
	if !guarded && !options.UnsafeProduction && clerk.PublishableKey().Type() != instance.Development {
		return ErrProduction
	}
	p := &page{recorder: r, guarded: guarded}
	var err error
	if p.shown, err = template.New("page.html").Funcs(template.FuncMap{"ago": r.ago, "took": took}).ParseFS(pageFile, "page.html"); err != nil {
		return fmt.Errorf("recorder: %w", err)
	}
	files, err := static.Files()
	if err == nil {
		p.style, err = fs.ReadFile(files, static.Stylesheet)
	}
	if err != nil {
		return fmt.Errorf("recorder: %w", err)
	}
	if !guarded {
		clerk.Exempt(PagePath)
	}
	for path, serve := range map[string]gin.HandlerFunc{
		PagePath: p.list, PagePath + "/:id": p.one, PagePath + "/:id/replay_test.go": p.replay,
	} {
		handlers := append(append([]gin.HandlerFunc{}, options.Guards...), p.within(serve))
		engine.GET(path, handlers...)
		engine.HEAD(path, handlers...)
	}
	return nil
}

// within serves those who may read the page.
func (p *page) within(serve gin.HandlerFunc) gin.HandlerFunc {
	return func(c *gin.Context) {
		header := c.Writer.Header()
		header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		if !p.guarded && !peer.OnThisMachine(c.Request) {
			c.String(http.StatusNotFound, "not found\n")
			return
		}
		serve(c)
	}
}

func (p *page) list(c *gin.Context) {
	entries := p.recorder.Entries()
	if ginclerk.WantsJSON(c) {
		c.JSON(http.StatusOK, gin.H{"decisions": entries})
		return
	}
	p.show(c, gin.H{"Entries": entries, "Base": "decisions/"})
}

// styleName is the name of the style sheet beside the entries, whose names are numbers.
const styleName = "style.css"

func (p *page) one(c *gin.Context) {
	if c.Param("id") == styleName {
		c.Data(http.StatusOK, "text/css; charset=utf-8", p.style)
		return
	}
	entry, found := p.recorder.Entry(c.Param("id"))
	switch {
	case !found:
		c.String(http.StatusNotFound, "this decision is not kept any more\n")
	case ginclerk.WantsJSON(c):
		c.JSON(http.StatusOK, entry)
	default:
		test, err := entry.GoTest()
		view := gin.H{"Entry": entry, "Test": test, "Base": ""}
		if err != nil {
			view["NoTest"] = err.Error()
		}
		p.show(c, view)
	}
}

// replay serves the Go test of an entry.
func (p *page) replay(c *gin.Context) {
	entry, found := p.recorder.Entry(c.Param("id"))
	if !found {
		c.String(http.StatusNotFound, "this decision is not kept any more\n")
		return
	}
	test, err := entry.GoTest()
	if err != nil {
		c.String(http.StatusNotFound, "%s\n", err)
		return
	}
	c.Header("Content-Disposition", `attachment; filename="decision_`+entry.ID+`_test.go"`)
	c.Data(http.StatusOK, "text/plain; charset=utf-8", []byte(test))
}

func (p *page) show(c *gin.Context, view gin.H) {
	var body bytes.Buffer
	if err := p.shown.Execute(&body, view); err != nil {
		_ = c.Error(err)
		c.String(http.StatusInternalServerError, "the page could not be written\n")
		return
	}
	c.Data(http.StatusOK, "text/html; charset=utf-8", body.Bytes())
}

// ago says how long ago something was.
func (r *Recorder) ago(t time.Time) string {
	return r.now().Sub(t).Round(time.Second).String() + " ago"
}

// took is a duration that can be read; "" for none.
func took(d time.Duration) string {
	switch {
	case d == 0:
		return ""
	case d.Abs() < time.Millisecond:
		return d.Round(time.Microsecond).String()
	default:
		return d.Round(time.Millisecond).String()
	}
}
