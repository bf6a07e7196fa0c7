package portal

import (
	"errors"
	"io/fs"
	"log/slog"
	"net/http"

	"github.com/ginclerk/ginclerk/localization"
	"github.com/ginclerk/ginclerk/static"
)

// look is how the pages look and speak.
type look struct {
	assets    *static.Assets
	languages *localization.Catalog
}

// newLook returns the style sheet of the session pages, followed by the rules for what only the portal has, and the built-in languages.
func newLook() (look, error) {
	shared, err := static.Files()
	if err != nil {
		return look{}, err
	}
	sheet, sheetErr := fs.ReadFile(shared, static.Stylesheet)
	own, ownErr := assets.ReadFile("assets/portal.css")
	all, allErr := static.NewWith(map[string][]byte{static.Stylesheet: append(sheet, own...)})
	languages, err := localization.New(localization.Config{})
	return look{assets: all, languages: languages}, errors.Join(sheetErr, ownErr, allErr, err)
}

// words returns the language that a browser asks for.
func (l look) words(r *http.Request) *localization.Language {
	return l.languages.Match(r.Header.Get("Accept-Language"))
}

// assetsPath is the folder of the style sheet.
func (p *portal) assetsPath() string { return p.SignInPath + "/assets/" }

// stylesheet returns the address of the style sheet.
func (p *portal) stylesheet(l look) string { return p.assetsPath() + l.assets.Path(static.Stylesheet) }

// shown returns the look of the pages, or answers a request that can't have it.
func (p *portal) shown(w http.ResponseWriter, r *http.Request) (look, bool) {
	made, err := p.look()
	if err != nil {
		p.Logger.ErrorContext(r.Context(), "portal has no look", slog.Any("error", err))
		http.Error(w, "The embedded Clerk could not show this page.", http.StatusInternalServerError)
	}
	return made, err == nil
}

func (p *portal) serveAsset(w http.ResponseWriter, r *http.Request) {
	if l, ok := p.shown(w, r); ok {
		http.StripPrefix(p.assetsPath(), l.assets.Handler()).ServeHTTP(w, r)
	}
}
