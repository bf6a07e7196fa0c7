package ginclerk

import "github.com/gin-gonic/gin"

// WantsJSON reports whether a request expects an answer for a program, JSON, rather than a page: its route is an [API], or
// Sec-Fetch-Dest says that it is no navigation, or, without that header, it does not accept text/html. Problems
// ([Clerk.Answer]) are then JSON, too. htmx expects pages.
func WantsJSON(c *gin.Context) bool { return kindOf(c) == kindAPI }
