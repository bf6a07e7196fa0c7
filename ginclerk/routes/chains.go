package routes

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unsafe"

	"github.com/gin-gonic/gin"
)

// ErrUnreadable is what a program gets with a Gin that keeps its routes in a way that this package does not know.
var ErrUnreadable = errors.New("routes: the handlers of the routes can't be read from this version of Gin")

// chain is a route with all of its handlers, in the order in which they run.
type chain struct {
	method, path string
	handlers     gin.HandlersChain
}

// chains returns the routes of an engine, by path and method. What Gin does not export is read by reflection: in the field trees, each
// tree has a method and a root, each node children, a path and handlers. The types are compared before anything is read as one of them, and
// the result with what Gin itself says.
func chains(engine *gin.Engine) ([]chain, error) {
	return read(reflect.ValueOf(engine).Elem(), engine.Routes())
}

// read is [chains] for what an engine is made of, and what it lists.
func read(engine reflect.Value, listed gin.RoutesInfo) ([]chain, error) {
	trees := field(engine, "trees", reflect.Slice)
	if !trees.IsValid() {
		return nil, ErrUnreadable
	}
	w := walk{readable: true}
	for i := range trees.Len() {
		method, root := field(trees.Index(i), "method", reflect.String), field(trees.Index(i), "root", reflect.Pointer)
		if !method.IsValid() || !root.IsValid() {
			return nil, ErrUnreadable
		}
		w.node(method.String(), "", root)
	}
	if !w.readable || !agree(listed, w.found) {
		return nil, ErrUnreadable
	}
	slices.SortFunc(w.found, func(a, b chain) int {
		return strings.Compare(a.path+" "+a.method, b.path+" "+b.method)
	})
	return w.found, nil
}

// walk goes through the nodes of Gin's trees.
type walk struct {
	found    []chain
	readable bool
}

func (w *walk) node(method, above string, node reflect.Value) {
	if node.IsNil() {
		return
	}
	node = node.Elem()
	part, children := field(node, "path", reflect.String), field(node, "children", reflect.Slice)
	handlers := field(node, "handlers", reflect.Slice)
	if !part.IsValid() || !children.IsValid() || !handlers.IsValid() || handlers.Type() != reflect.TypeFor[gin.HandlersChain]() ||
		children.Type().Elem() != reflect.PointerTo(node.Type()) {
		w.readable = false
		return
	}
	path := above + part.String()
	if handlers.Len() > 0 {
		// The value is of this type, as was just compared. Reflection would read it too, but not hand it out.
		list := *(*gin.HandlersChain)(handlers.Addr().UnsafePointer())
		w.found = append(w.found, chain{method, path, slices.Clone(list)})
	}
	for i := range children.Len() {
		w.node(method, path, children.Index(i))
	}
}

// field returns a field of a struct; the zero value where it has none of this name and kind.
func field(of reflect.Value, name string, kind reflect.Kind) reflect.Value {
	if of.Kind() != reflect.Struct {
		return reflect.Value{}
	}
	value := of.FieldByName(name)
	if !value.IsValid() || value.Kind() != kind || !value.CanAddr() {
		return reflect.Value{}
	}
	return value
}

// agree reports whether Gin lists the routes that were found, each with the last of its handlers.
func agree(listed gin.RoutesInfo, found []chain) bool {
	last := make(map[string]unsafe.Pointer, len(listed))
	for _, route := range listed {
		last[route.Method+" "+route.Path] = identity(route.HandlerFunc)
	}
	for _, c := range found {
		if handler, known := last[c.String()]; !known || handler != identity(c.handlers.Last()) {
			return false
		}
	}
	return len(found) == len(listed)
}

// identity tells handlers apart. Two that were made by one function have the same code, and identities of their own.
func identity(handler gin.HandlerFunc) unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Pointer(&handler)) //nolint:gosec // a function is a pointer, and this one is only compared
}

// String names the route as Gin's own list does.
func (c chain) String() string { return fmt.Sprintf("%s %s", c.method, c.path) }
