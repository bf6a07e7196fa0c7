// Package core is what the three faces of an embedded Clerk (Backend API, Frontend API, Account Portal) share: the world and its
// lock, the tokens, the cookies, the rule for redirect targets, and how an operation becomes an HTTP answer.
package core
