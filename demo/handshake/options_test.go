package main

import (
	"encoding/json"
	"maps"
	"strconv"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
)

// header sends a header, or several: names and values in turn.
func header(pairs ...string) option {
	return func(v *visit) {
		for i := 0; i < len(pairs); i += 2 {
			v.request.Header.Set(pairs[i], pairs[i+1])
		}
	}
}

// document makes the visit a navigation of the whole page.
func document(v *visit) { header("Sec-Fetch-Dest", "document")(v) }

func cookie(name, value string) option {
	return func(v *visit) { v.cookies = append(v.cookies, name+"="+value) }
}

// known makes the browser one that has been to the development instance.
func known(v *visit) { cookie("__clerk_db_jwt", devBrowser)(v) }

// uat is the time of the last sign-in in this browser; 0: the user is signed out.
func uat(at int64) option { return cookie("__client_uat", strconv.FormatInt(at, 10)) }

// session signs the browser in, with extra claims.
func session(s state, extra ...map[string]any) option {
	return func(v *visit) {
		claims := map[string]any{}
		for _, more := range extra {
			maps.Copy(claims, more)
		}
		token, at := v.mint(s, claims)
		v.token = token
		uat(at)(v)
		cookie("__session", token)(v)
	}
}

// bearer presents a session token in the Authorization header, beside the cookie of a signed-in browser.
func bearer(s state) option {
	return func(v *visit) {
		_, at := v.mint(s, nil)
		bearerAlone(s)(v)
		uat(at)(v)
	}
}

func bearerAlone(s state) option {
	return func(v *visit) {
		v.token, _ = v.mint(s, nil)
		v.request.Header.Set("Authorization", "Bearer "+v.token)
	}
}

// satellite makes the application a satellite of example.com, which from then on issues its tokens. Other headers follow the
// flag.
func satellite(pairs ...string) option {
	return func(v *visit) {
		v.issuer = "https://clerk.example.com"
		header("X-Satellite", "true", "X-Domain", "example.com")(v)
		header(pairs...)(v)
	}
}

// mismatchedKeys makes the instance publish another key than the one that it signs with.
func mismatchedKeys(v *visit) {
	v.api.publish(v.request.Header.Get("X-Secret-Key"), v.keyID, wrongKey())
}

// organizations sets which paths name organizations and the personal account.
func organizations(patterns ...string) option {
	return syncing(&authn.OrganizationSync{OrganizationPatterns: patterns})
}

func syncing(o *authn.OrganizationSync) option {
	return func(v *visit) {
		value := []byte("null")
		if o != nil {
			names := map[string][]string{"organizationPatterns": o.OrganizationPatterns, "personalAccountPatterns": o.PersonalAccountPatterns}
			var err error
			if value, err = json.Marshal(names); err != nil {
				v.t.Fatal(err)
			}
		}
		v.request.Header.Set("X-Organization-Sync-Options", string(value))
	}
}

// Cookies that the suite's handshakes set beside the session cookies.
const (
	foreignCookie = "foo=bar;path=/;domain=example.com"
	freshBrowser  = "__clerk_db_jwt=asdf;path=/"
)

// returning is a browser that comes back from a handshake with a session token and another cookie: in the URL for development,
// in a cookie for production.
func returning(s state, other string) option {
	return func(v *visit) {
		handshake := v.sign(jwt.MapClaims{"handshake": v.handshakeCookies(s, other)})
		if v.mode == production {
			cookie("__clerk_handshake", handshake)(v)
			return
		}
		v.query("__clerk_handshake", handshake)
	}
}

// returningWithNonce is returning with a nonce, as ginclerk requests it.
func returningWithNonce(s state, other string) option {
	return func(v *visit) {
		nonce := newID()
		v.api.mu.Lock()
		v.api.nonces[nonce] = v.handshakeCookies(s, other)
		v.api.mu.Unlock()
		v.query("__clerk_handshake_nonce", nonce)
	}
}

func (v *visit) handshakeCookies(s state, other string) []string {
	token, _ := v.mint(s, nil)
	v.wantCookies = []string{"__session=" + token + ";path=/", other}
	return v.wantCookies
}

func method(name string) option { return func(v *visit) { v.request.Method = name } }
