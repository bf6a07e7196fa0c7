package pages

import (
	"bytes"
	"context"
	"net/http"
	"sync"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzip"

	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/internal/contentcoding"
	"github.com/ginclerk/ginclerk/templates"
)

// The length of a compressed page depends on which texts in it are alike. If an outsider can put text on a page and sees how long
// the encrypted response is, the outsider can guess the secrets of the page piece by piece (the attack BREACH). An outsider is
// another site that opens the page in the user's browser, an administrator of an organization, or a user of another account on the
// same browser. The secrets are the ids of sessions and jobs, handles of waiting forms and their content, the sealed state of a
// verification, the user's e-mail address, and addresses and places of devices.
//
// So a page is compressed only if no outsider chooses text on it. These are the pages of devices and of a job that signs out. Both show
// what Clerk or the job says about sessions of the user. Who has such a session can read the page anyway. Text from elsewhere is:
//
//   - the notice of the last action, which an application may have filled with anything: mayCompress;
//   - the address of the request, which the links of a signed-out visitor carry: mayCompress;
//   - the name of the user for whom an impersonator acts: that user chose it: mayCompress;
//   - the name of the organization in the menu of the user, which its administrator chooses: plainFrame and mayCompress;
//   - what the layout of an application shows: mayCompress;
//   - the base path in all links, where a request says it and not the configuration: mayCompress;
//   - the query of the devices: only values that choose between pages, and no text: deviceQuery.hasTextOfOthers.
//
// The other pages show text that outsiders choose, are the application's own, or are short. See the table in
// TestPagesAreCompressedWithoutTextOfOutsiders, which names each with its reason.

// mayCompress reports whether an outsider chooses no text in the frame of a page.
func mayCompress(v visit.Visit, frame templates.Page) bool {
	return (v.BasePath == "" || v.BasePathIsConfigured()) && frame.Viewer.SignedIn && frame.Viewer.ActsAs == "" &&
		frame.Notice.Text == "" && frame.Viewer.Organization == (templates.Organization{}) && frame.Layout == nil
}

// renderCompressed is [Site.Render] for a page on which no outsider chooses text outside of the frame.
func (s *Site) renderCompressed(c *gin.Context, frame templates.Page, page templ.Component) {
	header := c.Writer.Header()
	header.Add("Vary", "Accept-Encoding")
	coding := contentcoding.Identity
	if mayCompress(s.request(c).Visit, frame) && header.Get("Content-Encoding") == "" { // other middleware may compress all responses
		// A client that accepts nothing gets the plain page: a server may ignore the field (RFC 9110, section 12.1).
		coding, _ = contentcoding.Choose(c.Request.Header.Values("Accept-Encoding"), contentcoding.Gzip)
	}
	s.render(c, http.StatusOK, coding, page)
}

// sheet is the memory for one rendered page. Sheets are used again.
type sheet struct {
	body bytes.Buffer
	zip  *gzip.Writer // nil until it is needed
}

// gzipLevel makes 9.6 kB of a page with 20 devices and 57 sign-ins (118 kB). Higher levels take twice as long for a few bytes less.
const gzipLevel = 5

// maxKept is the length in bytes of the longest page whose memory is used again.
const maxKept = 1 << 20

// sheets are the sheets that are not in use. The zero value has none.
type sheets struct{ pool sync.Pool }

// take returns an empty sheet.
func (s *sheets) take() *sheet {
	if kept, ok := s.pool.Get().(*sheet); ok {
		return kept
	}
	return &sheet{}
}

// give takes a sheet back. Its content must not be in use.
func (s *sheets) give(used *sheet) {
	if used.body.Cap() > maxKept {
		return
	}
	used.body.Reset()
	s.pool.Put(used)
}

// write renders a page.
func (s *sheet) write(ctx context.Context, coding string, page templ.Component) error {
	if coding == contentcoding.Identity {
		return page.Render(ctx, &s.body)
	}
	if s.zip == nil {
		var err error
		if s.zip, err = gzip.NewWriterLevel(&s.body, gzipLevel); err != nil {
			return err
		}
	}
	s.zip.Reset(&s.body)
	if err := page.Render(ctx, s.zip); err != nil {
		return err
	}
	return s.zip.Close()
}
