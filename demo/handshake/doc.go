// Command handshake is the application that Clerk's own handshake test-suite describes (github.com/clerk/javascript, file
// integration/tests/handshake.test.ts), on Gin: each request brings the keys and the configuration of its Clerk instance in
// headers, so that one program stands for every kind of application. CLERK_API_URL is the Backend API; the suite starts one
// on loopback. PORT is the port, on loopback, too; without it 8080.
//
// It is an example of [ginclerk.NewTenants], but for where it takes keys from. An application looks them up by something
// that the sender can't choose freely, such as the host. Who may send keys in headers says who signs the tokens; that is for
// this test alone.
//
// The suite's session tokens name no issuer and no session, which ginclerk requires elsewhere, and it brings answers of
// handshakes that the application did not begin. The three checks are turned off here.
//
// It configures no origins, because the suite asks at whatever address the program has. ginclerk warns about that.
package main
