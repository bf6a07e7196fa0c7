// Package pagetest checks pages in tests: it compares them with golden files, checks how they are built, and has the people
// and the unusual texts that the cases show.
package pagetest
