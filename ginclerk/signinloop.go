package ginclerk

import (
	"hash/fnv"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
)

// A browser that is sent to sign in, comes back to the same place signed out, and is sent again, is in a loop: it is told
// why instead. Going from one protected page to another is none, so each place has a count of its own; several, so that tabs
// don't begin each other's anew.
const (
	signInRedirectsCookie  = "__ginclerk_sign_in_redirects"
	signInRedirectsSeconds = 10 // between one redirect and the next
	maxSignInRedirects     = 3
	maxSignInPlaces        = 10 // that one browser is sent from at a time
)

// countSignInRedirect counts the redirects to sign-in that were to lead back to one place, this one among them.
func (k *Clerk) countSignInRedirect(c *gin.Context, returnTo string) int {
	path, _, _ := strings.Cut(returnTo, "?") // a loop may add to the query each time round
	place := shortHash(path)
	count := 1
	var counts []string
	for one := range strings.SplitSeq(cookie(c.Request, signInRedirectsCookie), ".") {
		before, at, _ := strings.Cut(one, "-")
		seen, err := strconv.Atoi(before)
		switch {
		case err != nil || seen <= 0 || seen > maxSignInRedirects:
		case at == place:
			count = seen + 1
		case len(counts) < maxSignInPlaces-1:
			counts = append(counts, strconv.Itoa(seen)+"-"+at)
		}
	}
	counts = append([]string{strconv.Itoa(count) + "-" + place}, counts...)
	k.setSignInRedirects(c, strings.Join(counts, "."), signInRedirectsSeconds)
	return count
}

// shortHash keeps addresses out of the cookie.
func shortHash(s string) string {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(s)) // a hash never fails
	return strconv.FormatUint(uint64(hash.Sum32()), 36)
}

func (k *Clerk) clearSignInRedirects(c *gin.Context) {
	if cookie(c.Request, signInRedirectsCookie) != "" {
		k.setSignInRedirects(c, "", -1)
	}
}

func (k *Clerk) setSignInRedirects(c *gin.Context, value string, maxAge int) {
	setCookie(c, k.plainCookie(c, signInRedirectsCookie, value, maxAge))
}
