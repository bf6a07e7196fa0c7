// Package wire holds the resources of Clerk's two APIs as they travel in JSON, and makes them from what the world knows. Field
// names and which of them are required come from Clerk's OpenAPI documents of 2026-05-12. Times are in milliseconds.
package wire
