package routes_test

import (
	"errors"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/routes"
)

// An engine with fields as Gin's are, and others that a future Gin might have.
type (
	node struct {
		path     string
		children []*node
		handlers gin.HandlersChain
	}
	tree struct {
		method string
		root   *node
	}
	asGin struct{ trees []tree }

	otherName struct{ routes []tree }
	asMap     struct{ trees map[string]*node }
	valueRoot struct {
		trees []struct {
			method string
			root   node
		}
	}
	otherNode struct {
		path     string
		children []*otherNode
		handlers []func(*gin.Context)
	}
	otherHandlers struct {
		trees []struct {
			method string
			root   *otherNode
		}
	}
)

// TestAnotherGinIsUnreadable: what can't be read is no half map.
func TestAnotherGinIsUnreadable(t *testing.T) {
	t.Parallel()
	other := func(*gin.Context) {}
	listed := gin.RoutesInfo{{Method: "GET", Path: "/x", HandlerFunc: ok}}
	of := func(handlers ...gin.HandlerFunc) *asGin {
		return &asGin{[]tree{{"GET", &node{path: "/", children: []*node{{path: "x", handlers: handlers}}}}}}
	}
	others := &otherHandlers{}
	others.trees = append(others.trees, struct {
		method string
		root   *otherNode
	}{"GET", &otherNode{"/x", nil, []func(*gin.Context){ok}}})
	values := &valueRoot{}
	values.trees = append(values.trees, struct {
		method string
		root   node
	}{"GET", node{path: "/x", handlers: gin.HandlersChain{ok}}})
	for _, row := range []struct {
		name     string
		engine   any
		listed   gin.RoutesInfo
		readable bool
	}{
		{"fields as Gin's", of(other, ok), listed, true},
		{"another name of the field", &otherName{}, listed, false},
		{"a map of trees", &asMap{}, listed, false},
		{"roots that are no pointers", values, listed, false},
		{"handlers of another type", others, listed, false},
		{"a route that Gin does not list", of(ok), nil, false},
		{"a route that is missing", &asGin{}, listed, false},
		{"another last handler", of(ok, other), listed, false},
	} {
		n, err := routes.Read(row.engine, row.listed)
		if row.readable && (err != nil || n != 1) || !row.readable && (!errors.Is(err, routes.ErrUnreadable) || n != 0) {
			t.Errorf("%s: %d routes, %v", row.name, n, err)
		}
	}
	_, _, _ = otherName{}.routes, asMap{}.trees, tree{}.method
}
