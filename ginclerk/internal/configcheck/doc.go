// Package configcheck finds likely mistakes in the values of a configuration: keys, addresses, origins and durations. Its
// functions return errors that say what is wrong and what to write, and nil for a good value. No error quotes a key, because a
// key may stand in the place of another value.
package configcheck
