// Package doccheck checks the documentation of all packages of this module. It has tests alone.
package doccheck
