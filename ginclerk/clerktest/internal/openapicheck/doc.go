// Package openapicheck compares answers of the embedded Clerk with Clerk's OpenAPI documents, for the tests. It stands between a client
// and the embedded Clerk ([Check.Transport]), and fails on every answer that the document of its operation doesn't allow, and on every
// operation that neither the documents nor the list of what they leave out have.
//
// Nothing but tests imports it. The documents aren't ours to ship: the folder that holds them is named by [Variable].
package openapicheck
