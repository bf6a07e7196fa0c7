package routematcher_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/internal/routematcher"
)

// guidePatterns are the public routes of Clerk's guide.
func guidePatterns() []string {
	return []string{"/", "/sign-in(.*)", "/sign-up(.*)", "/api/webhooks(.*)", "/api/public(.*)"}
}

func BenchmarkMatch(b *testing.B) {
	rows := []struct {
		name     string
		patterns []string
		path     string
	}{
		{"guide, no match", guidePatterns(), "/dashboard/settings"},
		{"guide, last pattern", guidePatterns(), "/api/public/articles/17"},
		{"segments", []string{"/dashboard/:path*"}, "/dashboard/settings/profile"},
		{"lookahead", []string{"/((?!api|static).*)"}, "/dashboard/settings/profile"},
		{"escapes", []string{"/dashboard/:path*"}, "/d%61shboard/settings"},
		{"lookahead, 8 KiB", []string{"/((?!api|static).*)"}, "/" + strings.Repeat("a", 8191)},
	}
	for _, row := range rows {
		m := compile(b, row.patterns...)
		b.Run(row.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := m.Match(row.path); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkManyPatterns: the last of many patterns is found as fast as the only one.
func BenchmarkManyPatterns(b *testing.B) {
	for _, count := range []int{1, 10, 1000} {
		patterns := make([]string, count)
		for i := range patterns {
			patterns[i] = "/" + strings.Repeat("x", i%20) + strconv.Itoa(i) + "/section(.*)"
		}
		m := compile(b, patterns...)
		path := strings.TrimSuffix(patterns[count-1], "(.*)") + "/page"
		b.Run(strconv.Itoa(count), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if matched, err := m.Match(path); err != nil || !matched {
					b.Fatal(matched, err)
				}
			}
		})
	}
}

func BenchmarkFind(b *testing.B) {
	pattern, err := routematcher.CompilePattern("/orgs/:slug/(.*)")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		pattern.Find("/orgs/acme/settings")
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		compile(b, guidePatterns()...)
	}
}
