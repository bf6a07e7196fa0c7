package ginclerk

import "github.com/ginclerk/ginclerk/ginclerk/internal/mask"

// MaskTarget returns a request's target (path and query, as in a request line or gin.LogFormatterParams.Path) as an access log
// may show it: without the values of the parameters in which Clerk's protocol carries tokens, and without those that lead back
// to another address, which may have such parameters in turn. Names stay. gin.Logger shows them all; use it so:
//
//	r.Use(gin.LoggerWithFormatter(func(p gin.LogFormatterParams) string {
//		return fmt.Sprintf("%3d %s %s\n", p.StatusCode, p.Method, ginclerk.MaskTarget(p.Path))
//	}))
func MaskTarget(target string) string { return mask.Target(target) }
