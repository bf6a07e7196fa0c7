// Package nilvalue finds interfaces that hold a nil pointer or function: they are not nil themselves, so that the first request would use them and panic.
package nilvalue

import (
	"fmt"
	"reflect"
)

// Check returns an error for an interface that holds a nil pointer or a nil function. A nil interface, and any other value, is good.
func Check(value any) error {
	v := reflect.ValueOf(value)
	switch v.Kind() {
	case reflect.Pointer, reflect.Func:
		if v.IsNil() {
			return fmt.Errorf("holds a nil %T: look at the error of what makes it, or leave the field out", value)
		}
	default:
	}
	return nil
}
