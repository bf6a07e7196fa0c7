// Package backend is the Backend API of an embedded Clerk: what servers ask with the secret key.
package backend
