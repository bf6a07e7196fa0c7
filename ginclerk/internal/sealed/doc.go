// Package sealed encrypts the small values that the plugin keeps in cookies, so that browsers can neither read nor change them.
//
// A [Keyring] has one or more secrets. It seals with the first and opens with all, so that an application can replace a secret
// while browsers still have values of the old one. From each secret it derives one key per purpose by HKDF (RFC 5869) with
// SHA-256, so a value for one purpose does not open for another. The cipher is AES-256-GCM with a random 96-bit nonce for every
// value (NIST SP 800-38D §8.2.2: up to 2³² values per key). The sealed value contains its expiry, which Open checks; a browser
// may keep a cookie longer than its lifetime.
//
// Additional data binds a value to a context, such as a user or an instance. The value does not contain it; Open needs the same
// data.
//
// [Keyring.SealRecord] seals larger values for a store, in the same format, as bytes.
//
// A value is the base64url encoding, without padding, of: one byte of version (1; records have 2), the nonce, the encrypted
// expiry (8 bytes, milliseconds, big endian) and text, the tag.
package sealed
