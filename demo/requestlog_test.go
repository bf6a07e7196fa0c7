package main

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"

	"github.com/gin-gonic/gin"
)

func TestTheAccessLogAndRecoveryShowNothingSecret(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]gin.HandlerFunc{
		"an answer":       func(c *gin.Context) { c.String(http.StatusOK, "ok") },
		"a panic":         func(*gin.Context) { panic("boom") },
		"a broken pipe":   func(*gin.Context) { panic(errors.Join(syscall.EPIPE)) },
		"a broken answer": func(*gin.Context) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			logger := slog.New(slog.NewTextHandler(&log, nil))
			r := gin.New()
			r.Use(logRequests(logger), recoverQuietly(logger))
			r.GET("/page", handler)
			request := httptest.NewRequest(http.MethodGet, "/page?x=1&__session=secret-1&redirect_url=%2F%3F__clerk_handshake%3Dsecret-2", nil)
			request.Header.Set("Cookie", "__session=secret-3; __client=secret-4")
			request.Header.Set("Authorization", "Bearer secret-5")
			r.ServeHTTP(httptest.NewRecorder(), request)
			if strings.Contains(log.String(), "secret") {
				t.Errorf("the log shows a secret: %s", &log)
			}
			if !strings.Contains(log.String(), "/page?x=1&__session=…") {
				t.Errorf("the log does not name the request: %s", &log)
			}
			if name == "a panic" && !strings.Contains(log.String(), "requestlog_test.go") {
				t.Errorf("the log does not say where: %s", &log)
			}
		})
	}
}
