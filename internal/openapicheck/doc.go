// Package openapicheck compares answers of the embedded Clerk with Clerk's OpenAPI documents, for tests. It stands between a
// client and the embedded Clerk ([Check.Transport]). It reports every answer that the document of its operation doesn't allow,
// and every operation that is neither in the documents nor in the list of what they leave out.
//
// Only tests import it. We may not ship the documents: [Variable] names their folder.
package openapicheck
