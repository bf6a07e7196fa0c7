package main

import (
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// logRequests logs each request without the secrets in its address. gin.Logger shows the tokens that Clerk's protocol puts
// there.
func logRequests(logger *slog.Logger) gin.HandlerFunc {
	return func(c *gin.Context) {
		target := ginclerk.MaskTarget(c.Request.URL.RequestURI())
		c.Next()
		logger.InfoContext(c.Request.Context(), "request",
			"method", c.Request.Method, "target", target, "status", c.Writer.Status(), "bytes", max(c.Writer.Size(), 0), "client", c.ClientIP())
	}
}

// recoverQuietly answers 500 when a handler panics, and logs where. gin.Recovery prints the request with its cookies.
func recoverQuietly(logger *slog.Logger) gin.HandlerFunc {
	return gin.CustomRecoveryWithWriter(nil, func(c *gin.Context, _ any) {
		logger.ErrorContext(c.Request.Context(), "a handler panicked", "route", c.FullPath(), "stack", string(debug.Stack()))
		c.AbortWithStatus(http.StatusInternalServerError)
	})
}
