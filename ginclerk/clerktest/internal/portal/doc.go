// Package portal is the Account Portal of an embedded Clerk: the pages on which people sign in and sign up. They work without
// JavaScript, under the application's own sign-in and sign-up paths.
package portal
