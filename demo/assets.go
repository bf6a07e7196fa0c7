package main

import (
	"embed"
	"fmt"
	"io/fs"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/static"
)

const (
	sitePath   = "/static"      // ginclerk's own assets, served by its pages
	scriptPath = "/assets"      // the demo's own assets
	iconPath   = "/favicon.ico" // browsers ask for it on pages without a link to an icon
)

//go:embed assets
var scripts embed.FS

// assets are the scripts of the demo's pages. Every page works without them, or says what the script does.
type assets struct {
	handler http.Handler
	// fetchWithAuth is the script of the guide, callAPI calls the API with it, and live shows a stream.
	fetchWithAuth, callAPI, live string
}

func newAssets() (*assets, error) {
	folder, err := fs.Sub(scripts, "assets")
	if err != nil {
		return nil, fmt.Errorf("assets: %w", err)
	}
	own, err := static.NewFS(folder)
	if err != nil {
		return nil, err
	}
	site, err := static.New()
	if err != nil {
		return nil, err
	}
	return &assets{
		handler:       http.StripPrefix(scriptPath, own.Handler()),
		fetchWithAuth: sitePath + "/" + site.Path(static.FetchScript),
		callAPI:       scriptPath + "/" + own.Path("callapi.js"),
		live:          scriptPath + "/" + own.Path("live.js"),
	}, nil
}

func (a *app) mountAssets(r gin.IRoutes) {
	a.clerk.Exempt(scriptPath, iconPath)
	getAndHead(r, scriptPath+"/*file", gin.WrapH(a.assets.handler))
	getAndHead(r, iconPath, func(c *gin.Context) { c.Redirect(http.StatusFound, a.at(c, sitePath+"/"+static.Icon)) })
}
