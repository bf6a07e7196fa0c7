package routes

import (
	"reflect"

	"github.com/gin-gonic/gin"
)

// Read counts the routes of something that may be no engine. It is a pointer to a struct.
func Read(engine any, listed gin.RoutesInfo) (int, error) {
	found, err := read(reflect.ValueOf(engine).Elem(), listed)
	return len(found), err
}
