package portal

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
)

// stylesheet is the portal's own, because the application's is not available here.
type stylesheet struct {
	path, url string
	content   []byte
}

func newStylesheet(below string) (stylesheet, error) {
	content, err := assets.ReadFile("assets/portal.css")
	if err != nil {
		return stylesheet{}, fmt.Errorf("portal: read stylesheet: %w", err)
	}
	sum := sha256.Sum256(content)
	path := below + "/assets/portal.css"
	return stylesheet{path: path, url: path + "?v=" + hex.EncodeToString(sum[:6]), content: content}, nil
}

// ServeHTTP sends the stylesheet. Its URL changes with the content, so browsers may keep it.
func (s stylesheet) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/css; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(s.content) // the client may have left
}
