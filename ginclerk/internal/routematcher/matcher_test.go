package routematcher_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/internal/routematcher"
)

func compile(tb testing.TB, patterns ...string) *routematcher.Matcher {
	tb.Helper()
	m, err := routematcher.Compile(patterns...)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// The rows come from Clerk's documented behavior and from ECMA-262 (Canonicalize, decodeURI, LineTerminator), beyond
// what the recorded answers hold.
func TestMatch(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name     string
		patterns []string
		path     string
		want     bool
	}{
		{"without patterns nothing matches", nil, "/", false},
		{"any of several patterns is enough", []string{"/a", "/b(.*)"}, "/b/c", true},
		{"none of several patterns", []string{"/a", "/b(.*)"}, "/c", false},
		{"the long s is not an s", []string{"/sign-in"}, "/\u017fign-in", false},
		{"the Kelvin sign is not a k", []string{"/k"}, "/\u212a", false},
		{"the Kelvin sign is not a k, encoded", []string{"/k"}, "/%E2%84%AA", false},
		{"the long s is not an s in a class", []string{"/([s])"}, "/\u017f", false},
		{"the long s is not an s in a lookahead", []string{"/((?!s).*)"}, "/\u017f", true},
		{"a negated class folds case before it is negated", []string{"/([^a])"}, "/A", false},
		{"a lookahead folds case", []string{"/((?!api).*)"}, "/API", false},
		{"a lookahead at several literals", []string{"/((?!api|admin).*)"}, "/admins", false},
		{"a lookahead at several literals, none there", []string{"/((?!api|admin).*)"}, "/home", true},
		{"a lookahead with an escaped dot", []string{`/((?!\.well-known).*)`}, "/.well-known/x", false},
		{"a lookahead with an escaped dot matches only a dot", []string{`/((?!\.well-known).*)`}, "/xwell-known/x", true},
		{"a lookahead behind a parameter", []string{"/:lang/((?!admin).*)"}, "/en/admin", false},
		{"a lookahead behind a parameter, another text", []string{"/:lang/((?!admin).*)"}, "/en/home", true},
		{"a lookahead folds letters only", []string{"/((?!@).*)"}, "/`", true},
		{"escapes are decoded before a lookahead looks", []string{"/((?!admin).*)"}, "/%61dmin", false},
		{"slashes are collapsed before a lookahead looks", []string{"((?!/admin).*)"}, "//admin", false},
		{"an escape is decoded once, not twice", []string{"/admin"}, "/%2561dmin", false},
		{"a dot stops at a line terminator", []string{"/a(.*)"}, "/a%0Ab", false},
		{"a dot stops at the line separator", []string{"/a(.*)"}, "/a%E2%80%A8b", false},
		{"dot segments are not resolved", []string{"/dashboard(.*)"}, "/x/../dashboard", false},
		{"(.*) goes beyond the segment", []string{"/dashboard(.*)"}, "/dashboardxyz", true},
		{":path* keeps to segments", []string{"/dashboard/:path*"}, "/dashboardxyz", false},
		{"an encoded slash is no slash", []string{"/dashboard/:path*"}, "/dashboard%2Fx", false},
		{"an encoded slash stays inside its segment", []string{"/dashboard/:path*"}, "/dashboard/a%2Fb", true},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got, err := compile(t, row.patterns...).Match(row.path)
			if err != nil || got != row.want {
				t.Errorf("patterns %q, path %q: got %t, %v; want %t", row.patterns, row.path, got, err, row.want)
			}
		})
	}
}

// Simple patterns are scanned and do not run as regular expressions in Match. Find always runs the expression.
func TestSimplePatternsAreScanned(t *testing.T) {
	t.Parallel()
	for _, source := range []string{
		"/", "/a", "/a/", "/a(.*)", "/a/(.*)", "/a/:p(.*)", "/a.(.*)", "/a/:p", "/a/:p*", "/a-:p", "/a/:p+", "/a/:p?", "/a{/:p}*", "/a/:p(.*)?", "/a{-(.*)}", "/A/:p",
	} {
		pattern, err := routematcher.CompilePattern(source)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{
			"", "/", "/a", "/A", "/a/", "/a?", "/a#", "/a/?", "/a//", "/ab", "/a/b", "/a/b/", "/a/b?", "/a/b??", "/a/b/c", "/a/b/c/", "/a/b/c#", "/a/b?c", "/a/b#c", "/a/b/?",
			"/a.", "/a.b", "/a-b", "/a-", "/a/b-c", "/a\n", "/a/\n", "/a/b\r", "/a/\u2028", "/a/b\u2029c", "/a/\u0085", "/a/é", "/a/b/\n/c", "a", "/b",
		} {
			_, want := pattern.Find(path)
			if got, err := compile(t, source).MatchDecoded(path); err != nil || got != want && !strings.Contains(path, "//") {
				t.Errorf("pattern %q, path %q: got %t, %v; the regular expression says %t", source, path, got, err, want)
			}
			if strings.ToLower(source+path) != source+path {
				continue
			}
			if got, err := compileExact(t, source).MatchDecoded(path); err != nil || got != (want && (!strings.HasSuffix(path, "//") || strings.Contains(source, "(.*)"))) {
				t.Errorf("exact pattern %q, path %q: got %t, %v; the regular expression says %t", source, path, got, err, want)
			}
		}
	}
}

func compileExact(tb testing.TB, patterns ...string) *routematcher.Matcher {
	tb.Helper()
	m, err := routematcher.CompileExact(patterns...)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func TestAnExactMatcherTakesPathsAsTheyAre(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		pattern string
		matched []string
		other   []string
	}{
		{"/sign-in", []string{"/sign-in", "/sign-in/"}, []string{"/Sign-in", "/sign-iN", "//sign-in", "/sign-in//"}},
		{"/sign-in(.*)", []string{"/sign-in", "/sign-inX", "/sign-in//X"}, []string{"/Sign-in", "//sign-in/x"}},
		{"/files/:name", []string{"/files/A"}, []string{"/Files/a", "/files//a", "//files/a"}},
		{"/files/:path*", []string{"/files", "/files/A/b"}, []string{"/FILES/a", "/files//a", "/files/a//b"}},
		{"/(en|fr)/about", []string{"/en/about"}, []string{"/EN/about", "/en/About", "/en//about"}},
		{"/users/:id([a-z]+)/x", []string{"/users/a/x"}, []string{"/users/A/x", "/users/a/X", "/users//x"}},
		{"/users/:id([^a-y]+)/x", []string{"/users/z/x", "/users/Z/x"}, []string{"/users/a/x", "/users/A/x"}},
		{"/users/:id([\\x41-C]+)", []string{"/users/ABC"}, []string{"/users/abc"}},
		{"/", []string{"/"}, []string{"//", "///", ""}},
		{"/a/", []string{"/a/"}, []string{"/a//", "/a"}},
		{"/:page", []string{"/a", "/a/"}, []string{"/a//", "//a", "//"}},
		{"{/:page}?", []string{"/a", "/a/", "/", ""}, []string{"/a//", "//"}},
		{"/((?!api).*)/x", []string{"/a/x", "/A/x"}, []string{"/api/x", "/API/x", "/a/X"}},
		{"/Über", []string{"/Über"}, []string{"/über", "/ÜBER"}},
	} {
		m, folded := compileExact(t, row.pattern), compile(t, row.pattern)
		for _, path := range slices.Concat(row.matched, row.other) {
			want := slices.Contains(row.matched, path)
			got, err := m.MatchDecoded(path)
			if err != nil || got != want {
				t.Errorf("%s, %s: got %t, %v", row.pattern, path, got, err)
			}
			if other, err := folded.MatchDecoded(path); err != nil || got && !other {
				t.Errorf("%s, %s matches exactly and not otherwise: %v", row.pattern, path, err)
			}
		}
	}
}

func TestADecodedPathIsNotDecodedAgain(t *testing.T) {
	t.Parallel()
	m := compile(t, "/admin/:path*", "/a(.*)%")
	for path, want := range map[string]bool{"/admin/7%": true, "/admin/%": true, "//admin//7%": true, "/%61dmin/7": false, "/ab%": true} {
		if got, err := m.MatchDecoded(path); err != nil || got != want {
			t.Errorf("%q: got %t, %v", path, got, err)
		}
	}
}

func TestALongPathIsNotMatched(t *testing.T) {
	t.Parallel()
	m, long := compile(t, "(.*)"), "/"+strings.Repeat("a", routematcher.MaxPath)
	if got, err := m.Match(long); got || !errors.Is(err, routematcher.ErrPathTooLong) {
		t.Errorf("got %t, %v", got, err)
	}
	if got, err := m.MatchDecoded(long); got || !errors.Is(err, routematcher.ErrPathTooLong) {
		t.Errorf("decoded: got %t, %v", got, err)
	}
	if got, err := m.Match(long[1:]); !got || err != nil {
		t.Errorf("the longest path: got %t, %v", got, err)
	}
	pattern, err := routematcher.CompilePattern("/:a")
	if err != nil {
		t.Fatal(err)
	}
	if _, found := pattern.Find(long); found {
		t.Error("a long path is found")
	}
}

func TestMatchRefusesAMalformedPathWhateverThePatterns(t *testing.T) {
	t.Parallel()
	for _, m := range []*routematcher.Matcher{{}, compile(t, "(.*)"), compile(t, "((?!x).*)")} {
		if got, err := m.Match("/dashboard%"); got || !errors.Is(err, routematcher.ErrMalformedPath) {
			t.Errorf("got %t, %v", got, err)
		}
	}
}

func TestCompileNamesEveryBadPattern(t *testing.T) {
	t.Parallel()
	_, err := routematcher.Compile("/ok", "/about*", "/also-ok", `/(\1)`)
	if err == nil {
		t.Fatal("compiled")
	}
	if first, ok := errors.AsType[*routematcher.PatternError](err); !ok || first.Pattern != "/about*" {
		t.Errorf("the first problem is %v", first)
	}
	for _, want := range []string{`"/about*", at byte 6`, `"/(\\1)", at byte 2`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in: %v", want, err)
		}
	}
	if strings.Contains(err.Error(), "ok") {
		t.Errorf("a good pattern is named: %v", err)
	}
}

func TestMatchIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	m := compile(t, "/a/:b", "/((?!api|a/).*)")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			path, want := "/a/b", true
			if i%2 == 0 {
				path, want = "/api/"+strings.Repeat("x", i), false
			}
			for range 200 {
				if got, err := m.Match(path); err != nil || got != want {
					t.Errorf("path %q: got %t, %v", path, got, err)
				}
			}
		})
	}
	wg.Wait()
}
