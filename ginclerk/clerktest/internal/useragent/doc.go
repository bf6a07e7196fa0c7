// Package useragent guesses device and browser from a User-Agent header, as coarsely as the devices page of Clerk shows them.
package useragent
