// Package bench compares ginclerk with what a Go program could use in its place: Gin alone, crypto/rsa, golang-jwt, clerk-sdk-go and
// gin-jwt. It is a separate module, so that the plugin does not depend on its peers.
//
// "make bench" runs the benchmarks of this package and prints their ratios, "make bench-http" compares servers under load, and
// "make bench-scale" measures many tokens and many streams. BENCHMARKS.md says what each row means.
package bench
