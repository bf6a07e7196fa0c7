package pages

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// check reports every problem with options. The defaults are filled in already.
func (o Options) check() error {
	var problems []error
	fail := func(field string, err error) {
		if err != nil {
			problems = append(problems, fmt.Errorf("pages: Options.%s %w", field, err))
		}
	}
	fail("Path", checkFolder(o.Path, "/sessions"))
	fail("AssetsPath", checkFolder(o.AssetsPath, "/sessions/static"))
	if o.Path == o.AssetsPath || strings.HasPrefix(o.Path, o.AssetsPath+"/") {
		fail("AssetsPath", fmt.Errorf("%q has the pages at %q below it, which it would hide: choose another one, such as %q", o.AssetsPath, o.Path, o.Path+"/static"))
	}
	if !localpath.Is(o.HomeURL) {
		fail("HomeURL", fmt.Errorf("%q must be a path of the application, such as /", o.HomeURL))
	}
	if o.AddAccountURL != "" {
		fail("AddAccountURL", checkLink(o.AddAccountURL))
	}
	for route, words := range o.Forms {
		fail(fmt.Sprintf("Forms[%q]", route), words.check(route))
	}
	if o.ProfileURL != "" {
		fail("ProfileURL", checkLink(o.ProfileURL))
	}
	for i, link := range o.Nav {
		fail(fmt.Sprintf("Nav[%d].URL", i), checkLink(string(link.URL)))
		if strings.TrimSpace(link.Label) == "" {
			fail(fmt.Sprintf("Nav[%d].Label", i), errors.New("is empty: a link needs words"))
		}
	}
	for _, err := range o.Brand.problems() {
		problems = append(problems, fmt.Errorf("pages: Options.Brand.%w", err))
	}
	fail("Sources", o.Sources.check())
	return errors.Join(problems...)
}

// checkFolder checks a path below the router's prefix.
func checkFolder(path, example string) error {
	if !visit.IsBasePath(path) || strings.ContainsAny(path, ":*%") {
		return fmt.Errorf("%q must be the path of a folder of its own, without parameters, such as %s", path, example)
	}
	return nil
}

func checkLink(address string) error {
	u, err := url.Parse(address)
	if localpath.Is(address) || err == nil && u.User == nil && !origin.Of(u).IsZero() {
		return nil
	}
	return fmt.Errorf("%q must be a path of the application, such as /notes, or an absolute http or https URL", address)
}

// checkClerk finds a Clerk that is not there.
func checkClerk(clerk *ginclerk.Clerk) error {
	if clerk == nil {
		return errors.New("pages: the Clerk is nil: pass what ginclerk.New or ginclerk.NewTenants returned")
	}
	return nil
}
