// Package gintest holds assertions for tests of applications on Gin.
package gintest
