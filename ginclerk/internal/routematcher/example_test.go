package routematcher_test

import (
	"errors"
	"fmt"

	"github.com/ginclerk/ginclerk/ginclerk/internal/routematcher"
)

func ExampleCompile() {
	public, err := routematcher.Compile("/", "/sign-in(.*)", "/api/public/:path*")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, path := range []string{"/", "/sign-in/factor-one", "/api/%70ublic//x", "/api/private"} {
		matched, err := public.Match(path)
		fmt.Println(path, matched, err)
	}
	// Output:
	// / true <nil>
	// /sign-in/factor-one true <nil>
	// /api/%70ublic//x true <nil>
	// /api/private false <nil>
}

func ExampleCompile_problems() {
	_, err := routematcher.Compile("/about*", "/((?=x).*)", "/fine")
	fmt.Println(err)
	// Output:
	// route pattern "/about*", at byte 6: unexpected modifier "*"
	// route pattern "/((?=x).*)", at byte 2: of lookarounds only (?!text), a negative lookahead for literal text, is supported
}

func ExampleMatcher_Match_malformed() {
	admin, err := routematcher.Compile("/admin(.*)")
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = admin.Match("/admin%")
	fmt.Println(errors.Is(err, routematcher.ErrMalformedPath), err)
	// Output: true match route: malformed path
}

func ExamplePattern_Find() {
	pattern, err := routematcher.CompilePattern("/orgs/:slug/(.*)")
	if err != nil {
		fmt.Println(err)
		return
	}
	params, found := pattern.Find("/orgs/acme/settings")
	fmt.Println(params["slug"], params["0"], found)
	// Output: acme settings true
}
