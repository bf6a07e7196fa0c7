// Package sealed encrypts the small values that the plugin keeps in cookies, so that the browser that holds them can
// neither read nor change them.
//
// A [Keyring] has one secret or more: the first seals, all open. So a secret can be replaced while values that the old one sealed
// are still in use. From each secret it derives one key per purpose by HKDF (RFC 5869) with SHA-256; what was sealed for one purpose
// opens for no other. The cipher is AES-256-GCM with a random 96-bit nonce for every value (NIST SP 800-38D §8.2.2: good
// for 2³² values per key). The expiry is inside and is checked when the value is opened; the cookie's own lifetime is
// only what the browser is asked for.
//
// Additional data binds a value to where it belongs, such as a user or an instance: it is not stored, and has to be the
// same at opening.
//
// [Keyring.SealRecord] seals larger values, which the server keeps in a store: the same format, as bytes.
//
// A value is base64url without padding of: one byte of version (1; records have 2), the nonce, the encrypted expiry
// (8 bytes, milliseconds, big endian) and text, the tag.
package sealed
