package wycheproof_test

import (
	"bytes"
	"crypto"
	_ "crypto/md5" // vectors have the wrong hash
	"crypto/rsa"
	_ "crypto/sha1"
	_ "crypto/sha256"
	_ "crypto/sha3"
	_ "crypto/sha512"
	"encoding/base64"
	"math/big"
	"testing"
)

// carry makes anew what a vector has made of a signature, for another text: the signature is opened with the public key, each hash of the vector's text
// in it is replaced with that of the other text, and the private key closes it again. It reports whether there was such a hash. A signature
// that is longer than the modulus, or not below it, stays so.
func carry(key *rsa.PrivateKey, signature, from, to []byte) (carried []byte, hashed bool) {
	times, rest := new(big.Int).DivMod(new(big.Int).SetBytes(signature), key.N, new(big.Int))
	opened := new(big.Int).Exp(rest, big.NewInt(int64(key.E)), key.N).FillBytes(make([]byte, key.Size()))
	for hash := crypto.MD5; hash <= crypto.SHA3_512; hash++ {
		if !hash.Available() {
			continue
		}
		if old := sum(hash, from); bytes.Contains(opened, old) {
			opened, hashed = bytes.ReplaceAll(opened, old, sum(hash, to)), true
		}
	}
	if !hashed {
		return signature, false
	}
	closed := power(key, new(big.Int).SetBytes(opened))
	closed.Add(closed, times.Mul(times, key.N))
	return closed.FillBytes(make([]byte, max(len(signature), (closed.BitLen()+7)/8))), true
}

func sum(hash crypto.Hash, text []byte) []byte {
	h := hash.New()
	h.Write(text)
	return h.Sum(nil)
}

// power is what the private key does to a number, with the Chinese remainder theorem where the key has its primes.
func power(key *rsa.PrivateKey, x *big.Int) *big.Int {
	if len(key.Primes) != 2 || key.Precomputed.Dp == nil {
		return new(big.Int).Exp(x, key.D, key.N)
	}
	p, q := key.Primes[0], key.Primes[1]
	m, second := new(big.Int).Exp(x, key.Precomputed.Dp, p), new(big.Int).Exp(x, key.Precomputed.Dq, q)
	m.Sub(m, second).Mul(m, key.Precomputed.Qinv).Mod(m, p)
	return m.Mul(m, q).Add(m, second)
}

// Every malformed signature, carried over to a token that is good in every other way, at a route behind RequireSession, as a bearer token and as
// a cookie. Those that are right are carried over, too, and must be let in: so the test knows that nothing else is wrong with the tokens.
func TestSignaturesOfTokens(t *testing.T) {
	t.Parallel()
	keys, err := signers()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{
		"rsa_signature_2048_sha256_test.json", "rsa_signature_2048_sha384_test.json", "rsa_signature_2048_sha512_test.json",
		"rsa_signature_2048_sha224_test.json", "rsa_signature_3072_sha256_test.json",
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			let, turned, hashes := 0, 0, 0
			for _, g := range read(t, file) {
				public, ok := publicKey(t, g)
				if !ok {
					t.Fatal("no key")
				}
				key := keys[public.N.String()]
				if key == nil {
					t.Fatal("the vectors have no private key for this one")
				}
				a := newApp(t, g.PublicKey)
				signed := a.unsigned(`{"alg":"RS256","typ":"JWT","kid":"ins_1"}`)
				for _, v := range g.Vectors {
					signature, hashed := carry(key, v.Signature, v.Message, []byte(signed))
					want := v.signed(g.Hash)
					a.present(t, v, signed+"."+base64.RawURLEncoding.EncodeToString(signature), want)
					if want {
						let++
					} else {
						turned++
					}
					if hashed {
						hashes++
					}
				}
			}
			if hashes < 200 || turned < 200 {
				t.Errorf("%d tokens had the hash of their own text, %d are turned away", hashes, turned)
			}
			t.Logf("%d tokens are let in and %d turned away; %d have the hash of their own text", let, turned, hashes)
		})
	}
}

// pkcs1 signs text (RFC 8017, section 8.2.1), with any key.
func pkcs1(key *rsa.PrivateKey, hash crypto.Hash, text []byte) []byte {
	prefixes := map[crypto.Hash]string{
		crypto.SHA256: "\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
		crypto.SHA384: "\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30",
		crypto.SHA512: "\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40",
	}
	end := append([]byte("\x00"+prefixes[hash]), sum(hash, text)...)
	opened := append([]byte{0, 1}, bytes.Repeat([]byte{0xff}, key.Size()-2-len(end))...)
	return power(key, new(big.Int).SetBytes(append(opened, end...))).FillBytes(make([]byte, key.Size()))
}
