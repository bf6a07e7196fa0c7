// Command handshake is the application that Clerk's own handshake test-suite describes (github.com/clerk/javascript, file
// integration/tests/handshake.test.ts), on Gin. Each request has the keys and the configuration of its Clerk instance in
// headers, so that one program stands for every kind of application. CLERK_API_URL is the Backend API; the suite starts one on
// loopback. PORT is the port on loopback; the default is 8080.
//
// It is an example of [ginclerk.NewTenants], except that it takes keys from headers. An application must look them up by a
// value that the sender can't choose freely, such as the host: the sender of keys decides who signs the tokens, and only this
// test may allow that.
//
// The suite's session tokens name no issuer and no session, which ginclerk requires by default, and the suite sends answers of
// handshakes that the application did not begin. The three checks are turned off here.
//
// It configures no origins, because the suite sends requests to any address of the program. ginclerk warns about that.
package main
