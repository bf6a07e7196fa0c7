// Package wycheproof holds how ginclerk verifies tokens against the vectors of Wycheproof (github.com/C2SP/wycheproof): signatures whose padding is
// malformed in hundreds of ways, JSON Web Signatures that must be refused, and keys that must not be used.
//
// A vector signs text that is no token. It is used twice: as it is, with the function that verifies signatures, and carried over to a token. The
// vectors come with private keys, so that what is wrong with a signature can be made anew around the hash of a token that is good in every other
// way. Such tokens go to a Gin engine as a client sends them.
//
// It is a module of its own, so that the vectors, of 26 MB, are never a requirement of an application. "make test" runs it.
package wycheproof
