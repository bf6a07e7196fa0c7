// Package scripttest holds no code: its tests run the scripts of package static in Chromium, on pages of a Gin application.
package scripttest
