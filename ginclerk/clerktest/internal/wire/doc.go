// Package wire has the JSON resources of Clerk's two APIs, and makes them from the world. The field names, and which fields are
// required, come from Clerk's OpenAPI documents of 2026-05-12. Times are in milliseconds.
package wire
