package attack

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"hash"
	"maps"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// forgery is a token that must not count. Its name completes "a token …" or stands for itself.
type forgery struct{ name, token string }

// everyCookie is how many routes get every forgery as cookies. Of the others each gets one in so many, and the next route the next.
const everyCookie = 8

// forgedTokens sends every forgery to every route as a bearer token, and as the cookies of a browser.
func forgedTokens(r *run) {
	list, err := r.forgeries()
	if err != nil {
		r.tb.Errorf("attack: %v", err)
		return
	}
	for i, t := range r.distinct() {
		for j, f := range list {
			r.forged(t, f, "as a bearer token", request{method: t.Method, target: t.path, header: program("Authorization", "Bearer "+f.token)})
			if strings.ContainsAny(f.token, " ;,\"\\") || i >= everyCookie && (i+j)%everyCookie != 0 {
				continue // no cookie can have it, or the routes around this one get it
			}
			jar := known + "; __client_uat=1; __session=" + f.token + "; __client_uat_" + r.suffix + "=1; __session_" + r.suffix + "=" + f.token
			r.forged(t, f, "as cookies", request{method: t.Method, target: t.path, header: r.ownForm("Cookie", jar)})
		}
		if !t.Machines {
			r.machineTokens(t)
		}
	}
}

func (r *run) forged(t *target, f forgery, how string, q request) {
	got := r.send(q)
	if t.Open && !got.tells(r.victim, t.stranger) && got.panicked == nil || !t.Open && got.turnedAway() && !got.tells(r.victim, t.stranger) {
		return
	}
	r.found(finding{
		kind: "forged token", variant: f.name, route: t.name(), sent: "a token " + f.name + ", " + how, got: got.String(),
		why:    "whoever makes such a token is the user that it names",
		remedy: "let ginclerk verify tokens, with Origins set and without Unsafe options, and read who it is from ginclerk.From alone",
	})
}

// machineTokens sends good tokens of the wrong kind.
func (r *run) machineTokens(t *target) {
	for _, kind := range []clerktest.MachineTokenKind{clerktest.APIKey, clerktest.M2MToken, clerktest.OAuthToken} {
		secret := r.machineSecret(kind)
		if secret == "" {
			continue
		}
		f := forgery{"of a machine (" + string(kind) + ")", secret}
		r.forged(t, f, "as a bearer token", request{method: t.Method, target: t.path, header: program("Authorization", "Bearer "+secret)})
		jar := known + "; __client_uat=1; __session=" + secret
		r.forged(t, f, "as a cookie", request{method: t.Method, target: t.path, header: r.navigation("Cookie", jar)})
	}
}

// machineSecret is a good machine token for the victim; each kind is made once.
func (r *run) machineSecret(kind clerktest.MachineTokenKind) string {
	name := "a machine token " + string(kind)
	if made, found := r.secrets[name]; found {
		return made
	}
	subject := r.victim.session.UserID
	if kind == clerktest.M2MToken {
		subject = ""
	}
	issued, err := r.server.CreateMachineToken(clerktest.MachineToken{Kind: kind, Subject: subject})
	if err != nil {
		r.tb.Errorf("attack: %v", err)
	}
	r.secrets[name] = issued.Secret
	return issued.Secret
}

// suffixOf is what stands behind the names of the instance's cookies.
func suffixOf(p *person) string {
	for _, c := range p.cookies() {
		if rest, found := strings.CutPrefix(c.Name, "__session_"); found {
			return rest
		}
	}
	return ""
}

// forgeries are made of good tokens of the victim.
func (r *run) forgeries() ([]forgery, error) {
	good, err := r.victim.token(clerktest.TokenOptions{})
	if err != nil {
		return nil, err
	}
	own, err := r.newcomer().token(clerktest.TokenOptions{})
	if err != nil {
		return nil, err
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	f := forger{good: split(good), own: split(own), publicKey: r.server.JWTKey(), key: key, keyID: r.server.KeyID()}
	list := slices.Concat(f.algorithms(), f.keys(), f.signatures(), f.shapes())
	claims, err := r.claims()
	return append(list, claims...), err
}

// claims are tokens that the instance has signed, and that are for something else.
func (r *run) claims() (list []forgery, err error) {
	origin, now := r.server.Origins()[0], r.server.Clock().Now()
	claim := func(name string, value any) clerktest.TokenOptions {
		return clerktest.TokenOptions{Claims: map[string]any{name: value}}
	}
	later := now.Add(time.Hour).Unix()
	for _, row := range []struct {
		name    string
		options clerktest.TokenOptions
	}{
		{"that has expired", clerktest.TokenOptions{Lifetime: -time.Minute}},
		{"that expired at the beginning of time", claim("exp", 0)},
		{"without an expiry", claim("exp", nil)},
		{"with a text as expiry", claim("exp", "tomorrow")},
		{"with a list as expiry", claim("exp", []any{now.Add(time.Hour).Unix()})},
		{"that lives for years", clerktest.TokenOptions{Lifetime: 20000 * time.Hour}},
		{"from the future", clerktest.TokenOptions{Claims: map[string]any{"iat": later, "nbf": later, "exp": later + 60}}},
		{"that is not good yet", claim("nbf", later)},
		{"of another issuer", claim("iss", "https://clerk."+evil)},
		{"of a similar issuer", claim("iss", "https://clerk."+evil+"/"+origin)},
		{"without an issuer", claim("iss", nil)},
		{"for another party", clerktest.TokenOptions{AuthorizedParty: "https://" + evil}},
		{"for a party that begins alike", clerktest.TokenOptions{AuthorizedParty: origin + "." + evil}},
		{"for a party that ends alike", clerktest.TokenOptions{AuthorizedParty: "https://" + evil + "/" + origin}},
		{"for the party null", clerktest.TokenOptions{AuthorizedParty: "null"}},
		{"for an empty party", claim("azp", "")},
		{"without a party", claim("azp", nil)},
		{"without a user", claim("sub", nil)},
		{"with a machine as its user", claim("sub", "mch_1")},
		{"without a session", claim("sid", nil)},
		{"of a session with an unfinished task", claim("sts", "pending")},
	} {
		token, err := r.victim.token(row.options)
		if err != nil {
			return nil, err
		}
		list = append(list, forgery{row.name, token})
	}
	for _, template := range []string{"billing", "supabase"} { // of the default seed
		if token, err := r.victim.token(clerktest.TokenOptions{Template: template}); err == nil {
			list = append(list, forgery{"made from the JWT template " + template, token})
		}
	}
	for _, c := range r.victim.cookies() {
		if !strings.HasPrefix(c.Name, "__session") && strings.HasPrefix(c.Name, "__") && !strings.Contains(c.Name, "_uat") {
			list = append(list, forgery{"that is the cookie " + strings.TrimSuffix(c.Name, "_"+r.suffix), c.Value})
		}
	}
	return list, nil
}

// jws is a token in its three parts.
type jws struct {
	head    map[string]any
	payload string // as it was encoded
	claims  map[string]any
	mark    string // the signature
}

func split(token string) jws {
	parts := strings.SplitN(token+"..", ".", 4)
	t := jws{payload: parts[1], mark: parts[2]}
	for i, into := range []*map[string]any{&t.head, &t.claims} {
		text, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err == nil {
			err = json.Unmarshal(text, into)
		}
		if err != nil {
			*into = map[string]any{}
		}
	}
	return t
}

func encoded(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// headed is the token's header, with members changed; nil removes one.
func (t jws) headed(pairs ...any) string {
	head := maps.Clone(t.head)
	for i := 0; i+1 < len(pairs); i += 2 {
		name, _ := pairs[i].(string)
		if head[name] = pairs[i+1]; pairs[i+1] == nil {
			delete(head, name)
		}
	}
	return encoded(head)
}

// forger makes tokens of a good one of the victim and one of the attacker's own.
type forger struct {
	good, own jws
	publicKey string // PEM
	keyID     string
	key       *rsa.PrivateKey // the attacker's
}

func mac(of func() hash.Hash, secret []byte, signed string) string {
	m := hmac.New(of, secret)
	m.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// algorithms say that they are signed in another way.
func (f forger) algorithms() (list []forgery) {
	t := f.good
	for _, none := range []string{"none", "None", "NONE", "nOnE", ""} {
		list = append(list,
			forgery{"without a signature (alg " + none + ")", t.headed("alg", none) + "." + t.payload + "."},
			forgery{"with a signature that does not count (alg " + none + ")", t.headed("alg", none) + "." + t.payload + "." + t.mark})
	}
	list = append(list, forgery{"without an algorithm", t.headed("alg", nil) + "." + t.payload + "." + t.mark})
	for _, other := range []string{"RS384", "RS512", "PS256", "PS512", "ES256", "EdDSA", "rs256", "RS256 ", "HS256", "dir"} {
		list = append(list, forgery{"whose algorithm is said to be " + other, t.headed("alg", other) + "." + t.payload + "." + t.mark})
	}
	block, _ := pem.Decode([]byte(f.publicKey))
	secrets := [][2]string{
		{"the public key", f.publicKey},
		{"the public key, trimmed", strings.TrimSpace(f.publicKey)},
		{"an empty secret", ""},
		{"the key id", f.keyID},
		{"a zero byte", "\x00"},
	}
	if block != nil {
		secrets = append(secrets, [2]string{"the public key in DER", string(block.Bytes)})
	}
	for _, secret := range secrets {
		list = append(list,
			forgery{"with an HMAC of " + secret[0], mac(sha256.New, []byte(secret[1]), t.headed("alg", "HS256")+"."+t.payload)})
	}
	return append(list, forgery{"with a longer HMAC of the public key", mac(sha512.New, []byte(f.publicKey), t.headed("alg", "HS512")+"."+t.payload)})
}

// signed signs with the attacker's key.
func (f forger) signed(pairs ...any) string {
	text := f.good.headed(pairs...) + "." + f.good.payload
	sum := sha256.Sum256([]byte(text))
	mark, err := rsa.SignPKCS1v15(nil, f.key, crypto.SHA256, sum[:])
	if err != nil {
		return ""
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(mark)
}

// keys are those of somebody else.
func (f forger) keys() []forgery {
	n := base64.RawURLEncoding.EncodeToString(f.key.N.Bytes())
	e := base64.RawURLEncoding.EncodeToString(big.NewInt(int64(f.key.E)).Bytes())
	jwk := map[string]any{"kty": "RSA", "kid": f.keyID, "use": "sig", "alg": "RS256", "n": n, "e": e}
	der, err := x509.MarshalPKIXPublicKey(&f.key.PublicKey)
	if err != nil {
		return nil
	}
	const address = "http://127.0.0.1:9/jwks.json"
	list := []forgery{
		{"of another key, under the id of the right one", f.signed()},
		{"of another key, with an id of its own", f.signed("kid", "ins_attacker")},
		{"of another key, without an id", f.signed("kid", nil)},
		{"that brings its key (jwk)", f.signed("jwk", jwk)},
		{"that brings its key (jwk) alone", f.signed("jwk", jwk, "kid", nil)},
		{"that brings a certificate (x5c)", f.signed("x5c", []string{base64.StdEncoding.EncodeToString(der)})},
		{"that says where its key is (jku)", f.signed("jku", address)},
		{"that says where its certificate is (x5u)", f.signed("x5u", address, "kid", "ins_attacker")},
	}
	for _, kid := range []any{"", address, f.keyID + "\x00", f.keyID + " ", "*", 0, []string{f.keyID}, map[string]any{"kid": f.keyID}} {
		list = append(list, forgery{"of another key, with an odd id", f.signed("kid", kid)})
	}
	for _, kid := range []string{"../../../../../../dev/null", "' UNION SELECT '' --"} {
		list = append(list, forgery{"with an HMAC of nothing, and an odd key id", mac(sha256.New, nil, f.good.headed("alg", "HS256", "kid", kid)+"."+f.good.payload)})
	}
	return list
}

// signatures are spoiled ones.
func (f forger) signatures() []forgery {
	t, head := f.good, f.good.headed()
	mark, err := base64.RawURLEncoding.DecodeString(t.mark)
	if err != nil || len(mark) < 2 {
		return nil
	}
	size := len(mark)
	of := func(name string, bytes []byte) forgery {
		return forgery{"with a signature " + name, head + "." + t.payload + "." + base64.RawURLEncoding.EncodeToString(bytes)}
	}
	changed := func(change func([]byte)) []byte { c := slices.Clone(mark); change(c); return c }
	list := []forgery{
		of("that is empty", nil), of("of zeros", make([]byte, size)), of("that is one", changed(func(b []byte) { clear(b); b[size-1] = 1 })),
		of("of ones", slices.Repeat([]byte{0xff}, size)), of("that is cut off", mark[:size-1]), of("without its first byte", mark[1:]),
		of("with a byte behind it", append(slices.Clone(mark), 0)), of("with a byte in front", append([]byte{0}, mark...)),
		of("that is turned around", changed(slices.Reverse)), of("twice", append(slices.Clone(mark), mark...)),
		of("with another first bit", changed(func(b []byte) { b[0] ^= 0x80 })), of("with another last bit", changed(func(b []byte) { b[size-1] ^= 1 })),
		of("with another bit in the middle", changed(func(b []byte) { b[size/2] ^= 8 })),
	}
	if key := publicKey(f.publicKey); key != nil {
		sum := new(big.Int).Add(new(big.Int).SetBytes(mark), key.N)
		list = append(list, of("that is the modulus", key.N.Bytes()), of("larger by the modulus", sum.Bytes()),
			of("that is the modulus less one", new(big.Int).Sub(key.N, big.NewInt(1)).Bytes()))
	}
	return list
}

func publicKey(text string) *rsa.PublicKey {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil
	}
	found, _ := key.(*rsa.PublicKey)
	return found
}

// shapes are tokens that are put together wrongly.
func (f forger) shapes() []forgery {
	t, head := f.good, f.good.headed()
	claims := maps.Clone(f.own.claims)
	claims["sub"], claims["sid"] = t.claims["sub"], t.claims["sid"]
	expired := maps.Clone(t.claims)
	expired["exp"] = float64(1 << 40)
	return []forgery{
		{"of the attacker, with the victim as its user", f.own.headed() + "." + encoded(claims) + "." + f.own.mark},
		{"of the attacker, with the victim's payload", f.own.headed() + "." + t.payload + "." + f.own.mark},
		{"whose expiry was changed", head + "." + encoded(expired) + "." + t.mark},
		{"with a part behind it", head + "." + t.payload + "." + t.mark + ".x"},
		{"without its signature part", head + "." + t.payload},
		{"of the payload alone", t.payload},
		{"of dots", ".."},
		{"with an empty header", "." + t.payload + "." + t.mark},
		{"whose header is no object", encoded([]string{"RS256"}) + "." + t.payload + "." + t.mark},
		{"with another payload", head + "." + encoded(map[string]any{"sub": t.claims["sub"], "sid": t.claims["sid"]}) + "." + t.mark},
		{"with a demand that nobody knows (crit)", f.signed("crit", []string{"attack"}, "attack", true)},
		{"whose payload is said to be bare (b64)", f.signed("b64", false, "crit", []string{"b64"})},
		{"that is said to be encrypted", t.headed("alg", "RSA-OAEP", "enc", "A256GCM") + ".a.b." + t.payload + ".c"},
		{"in JSON", `{"protected":"` + head + `","payload":"` + t.payload + `","signature":"` + t.mark + `x"}`},
		{"of 64 KB", head + "." + t.payload + strings.Repeat("A", 64<<10) + "." + t.mark},
		{"that is none", "garbage"},
		{"that says undefined", "undefined"},
		{"that says null", "null"},
	}
}

func tokenOptions() clerktest.TokenOptions { return clerktest.TokenOptions{} }
