// Package core has what the Backend API, the Frontend API and the Account Portal of an embedded Clerk share: the world and its
// lock, the tokens, the cookies, the rule for redirect targets, and the way from an operation to an HTTP answer.
package core
