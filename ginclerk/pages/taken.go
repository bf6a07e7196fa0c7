package pages

import "fmt"

// taken turns the panic of a router that has a route already into an error.
func taken(path string, mount func()) (err error) {
	defer func() {
		if said := recover(); said != nil {
			err = fmt.Errorf("pages: the router refuses the routes of Options.Path %q: are the pages, or others, mounted there already? %v", path, said)
		}
	}()
	mount()
	return nil
}
