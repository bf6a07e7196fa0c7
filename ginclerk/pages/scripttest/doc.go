// Package scripttest has only tests: they run the scripts of package static in Chromium, on pages of a Gin application.
package scripttest
