// Package storagetest has the tests that every storage.Store has to pass. It is for tests alone.
package storagetest
