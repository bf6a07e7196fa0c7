package doctor

import (
	"context"
	"fmt"
	"strings"
)

// The lengths of the header Cookie that are tried, in bytes, from the longest on. Browsers keep cookies of up to 4 KB, and the session
// token may be in two of them.
const (
	longCookies   = 12 << 10
	usualCookies  = 7 << 10
	fewestCookies = 4 << 10
)

// examineHeaders tries how long the header Cookie may be. It compares with the answer to a short one.
func (e *examination) examineHeaders(ctx context.Context, short page) {
	refused := 0
	for _, length := range []int{longCookies, usualCookies, fewestCookies} {
		answered, err := e.asNavigation(ctx, short.at, "ginclerk_doctor="+strings.Repeat("x", length))
		if err == nil && answered.status == short.status {
			e.judgeHeaders(length, refused)
			return
		}
		refused = length
	}
	e.judgeHeaders(0, refused)
}

// judgeHeaders reports the longest header that passed, and the shortest that did not.
func (e *examination) judgeHeaders(passed, refused int) {
	switch {
	case refused == 0:
		e.fine(Headers, "cookies of %s arrive", kilobytes(passed))
	case passed >= usualCookies:
		e.fine(Headers, "cookies of %s arrive, of %s do not", kilobytes(passed), kilobytes(refused))
	default:
		e.problem("header-limit-low", "a request with cookies of %s is refused", kilobytes(refused))
	}
}

func kilobytes(n int) string { return fmt.Sprintf("%d KB", n>>10) }
