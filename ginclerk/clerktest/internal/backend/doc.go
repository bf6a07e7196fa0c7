// Package backend is the Backend API of an embedded Clerk, which servers call with the secret key.
package backend
