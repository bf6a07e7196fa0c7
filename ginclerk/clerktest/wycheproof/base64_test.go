package wycheproof_test

import (
	"crypto"
	"encoding/base64"
	"strings"
	"testing"
)

// faults are those of the group "base64", whose vectors are HMACs, for the parts of a token. The signature covers the parts as they are after
// the fault, but where it says otherwise. Padding is accepted, as Clerk's code accepts it: the recorded decisions hold that.
func faults() map[string]fault {
	const blanks, marks = "    ", "####"
	same := func(part string) string { return part }
	before := func(text string) func(string) string { return func(part string) string { return text + part } }
	behind := func(text string) func(string) string { return func(part string) string { return part + text } }
	inFront := func(part string) string { return part[:len(part)-1] + "?" + part[len(part)-1:] }
	first := func(count int) func(string) string {
		return func(part string) string { return strings.Repeat("?", count) + part[count:] }
	}
	return map[string]fault{
		"ValidMac":                    {good: true},
		"ValidEdgeCaseMac":            {good: true},
		"ValidSpacesInJsonHeader":     {head: `{ "alg" : "RS256", "typ" : "JWT", "kid" : "ins_1" }`, good: true},
		"ValidWhiteSpaceInJsonHeader": {head: "{\"alg\":\"RS256\",\n\t\"typ\":\"JWT\",\"kid\":\"ins_1\"}", good: true},

		"rejectsSpacesInMac":                   {signature: before(blanks)},
		"rejectsInvalidCharacterInsertedInMac": {signature: before("?")},
		"rejects0ReplacedbyInvalidCharacter":   {signature: first(1)},
		"rejectsInvalidCharacters":             {signature: first(4)},
		"spacesInHeader":                       {header: behind(blanks)},
		"invalidCharactersInHeader":            {header: behind(marks)},
		"invalidBase64Padding":                 {header: behind("="), good: true},
		"spacesInPayload":                      {payload: before(blanks)},
		"invalidCharactersInPayload":           {payload: before(marks)},
		"invalidBase64PaddingInPayload":        {payload: behind("="), good: true},
		"InvalidCharacterInPayload":            {payload: before("?")},
		"InvalidCharacterInsertedInHeader":     {header: inFront, before: true},
		"InvalidCharacterInsertedInPayload":    {payload: inFront, before: true},
		"ModifiedUnusedBitsInPayload":          {payload: unusedBits, before: true},
		"MacOfIncorrectlyEncodedMessage":       {payload: unusedBits, signature: same},
	}
}

type fault struct {
	head                       string // "": the usual header
	header, payload, signature func(string) string
	before                     bool // the signature covers the parts as they were before the fault
	good                       bool
}

// unusedBits changes bits of the last character that decoders drop.
func unusedBits(part string) string {
	if len(part)%4 == 0 {
		panic("the claims use all bits")
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, part[len(part)-1])
	return part[:len(part)-1] + alphabet[last+1:last+2]
}

func TestBase64OfTokens(t *testing.T) {
	t.Parallel()
	keys, err := signers()
	if err != nil {
		t.Fatal(err)
	}
	rsaGroup := read(t, "rsa_signature_2048_sha256_test.json")[0]
	public, ok := publicKey(t, rsaGroup)
	if !ok {
		t.Fatal("no key")
	}
	a, known, found := newApp(t, rsaGroup.PublicKey), faults(), 0
	for _, g := range read(t, "json_web_signature_test.json") {
		if g.Comment != "base64" {
			continue
		}
		for _, v := range g.Vectors {
			f, ok := known[v.Comment]
			if !ok {
				t.Errorf("%d %s: what is its fault?", v.ID, v.Comment)
				continue
			}
			found++
			a.present(t, v, f.token(t, a, func(covered string) string {
				return base64.RawURLEncoding.EncodeToString(pkcs1(keys[public.N.String()], crypto.SHA256, []byte(covered)))
			}), f.good)
		}
	}
	if found < len(known) {
		t.Errorf("%d vectors for %d faults", found, len(known))
	}
}

// token makes a good token and then the fault.
func (f fault) token(t *testing.T, a *app, sign func(string) string) string {
	t.Helper()
	head := f.head
	if head == "" {
		head = `{"alg":"RS256","typ":"JWT","kid":"ins_1"}`
	}
	good := a.unsigned(head)
	header, payload, _ := strings.Cut(good, ".")
	if f.header != nil {
		header = f.header(header)
	}
	if f.payload != nil {
		payload = f.payload(payload)
	}
	covered := header + "." + payload
	signature := sign(covered)
	if f.before {
		signature = sign(good)
	}
	if f.signature != nil {
		signature = f.signature(signature)
	}
	return covered + "." + signature
}
