// Package routes tells what guards the routes of a Gin engine: for each route the handlers of ginclerk in front of it, in their order, and
// what a request must have to come through. It finds mistakes, such as a guard that was registered behind the routes that it was meant
// for.
//
//	m, err := routes.Of(engine, "/about", "GET /health") // the routes that are meant to be open
//	if err != nil {
//		return err
//	}
//	fmt.Print(m)
//
// # How it knows
//
// Every handler that package ginclerk makes can say what it is. Package routes reads the handlers of each route and asks those. It sends
// no request, and runs no handler of the application: neither middleware nor what serves a route.
//
// Gin keeps the handlers of a route in fields that are not exported, and has no function that returns them. [Of] reads these fields, and
// compares what it reads with [gin.Engine.Routes]. Where the two differ, as with a future Gin that keeps its routes in another way, the
// answer is [ErrUnreadable], never half a map.
//
// What it can't know: a handler of the application that calls a guard itself, or that checks its requests in a way of its own, counts as no
// guard. Nor does it know the exempt prefixes of a Clerk that a function of ginclerk.NewTenants chooses. What NoRoute and NoMethod serve is
// not listed. gintest.AssertGuarded sends requests, and judges by the answers, whoever gives
// them; gintest.AssertRoutes compares a map with a file. Use both.
package routes
