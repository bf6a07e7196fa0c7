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
	// callAPI calls the API with the script of the guide, and live shows a stream. Both have the script of all pages in front, because each
	// file is one more request.
	callAPI, live string
}

func newAssets() (*assets, error) {
	site, err := static.Files()
	if err != nil {
		return nil, err
	}
	own := map[string][]byte{}
	for name, parts := range map[string][]string{
		"callapi.js": {static.PageScript, static.FetchScript},
		"live.js":    {static.PageScript},
	} {
		if own[name], err = joined(site, parts, name); err != nil {
			return nil, err
		}
	}
	files, err := static.NewWith(own)
	if err != nil {
		return nil, err
	}
	return &assets{
		handler: http.StripPrefix(scriptPath, files.Handler()),
		callAPI: scriptPath + "/" + files.Path("callapi.js"),
		live:    scriptPath + "/" + files.Path("live.js"),
	}, nil
}

// joined is a script of the demo behind scripts of ginclerk.
func joined(site fs.FS, parts []string, name string) ([]byte, error) {
	var script []byte
	for _, part := range parts {
		text, err := fs.ReadFile(site, part)
		if err != nil {
			return nil, fmt.Errorf("assets: %w", err)
		}
		script = append(append(script, text...), '\n')
	}
	text, err := scripts.ReadFile("assets/" + name)
	if err != nil {
		return nil, fmt.Errorf("assets: %w", err)
	}
	return append(script, text...), nil
}

func (a *app) mountAssets(r gin.IRoutes) {
	a.clerk.Exempt(scriptPath, iconPath)
	getAndHead(r, scriptPath+"/*file", gin.WrapH(a.assets.handler))
	getAndHead(r, iconPath, func(c *gin.Context) { c.Redirect(http.StatusFound, a.at(c, sitePath+"/"+static.Icon)) })
}
