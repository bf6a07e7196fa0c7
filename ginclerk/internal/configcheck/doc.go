// Package configcheck finds likely mistakes in the values of a configuration: keys, addresses, origins and durations. Its functions
// return errors whose text says what is wrong and what to write; nil where nothing is. No text quotes a key: one may have got into
// the place of another.
package configcheck
