// Package proxy forwards what browsers send to a path of an application to Clerk's Frontend API, as Clerk's own proxy does
// (@clerk/backend, file proxy.ts). Browsers then reach Clerk at the application's own address. A [Proxy] is an [http.Handler] and
// needs nothing but net/http; ginclerk mounts one in Gin (ginclerk.Clerk.MountProxy).
//
// # What it forwards
//
// Every request goes to one fixed scheme and host, whatever its path. The proxy forwards Clerk's cookies and no others. It sets
// the headers that only a proxy may set (Clerk-*, X-Forwarded-*, X-Real-Ip, Forwarded), and drops those of the request. The
// secret key proves to Clerk who the proxy is. It goes only over https or to this machine: [New] refuses every other address. A header of an
// answer that has the key is dropped. No protocol is switched: a request to upgrade the connection is forwarded as one that does not ask for it.
//
// The proxy does not follow redirects. A redirect to the Frontend API becomes a redirect to the proxy. A body may have 12 MB, and
// a request may take 30 seconds.
//
// # What it answers by itself
//
// The proxy answers 400 to a path that is not below its own or has a segment of dots, and to the methods TRACE, TRACK and CONNECT; it
// answers 413 to a longer body. If the Frontend
// API can't be reached, it answers 502 with Retry-After, unless [Config.Unreachable] answers. The proxy's answers have the form
// of Clerk's errors, which clerk-js reads.
//
// If an answer of Clerk breaks off, the proxy breaks the connection to the browser, so that the answer does not look complete.
//
// # What is different from Clerk's proxy
//
// The file testdata/clerk-cases.md lists the cases of Clerk's own tests and what is different here; a test runs each of them.
//
//   - [Config.Visit] says what the address of the browser and the origin of the application are; in Gin they come from trusted proxies
//     alone. Clerk's proxy believes X-Forwarded-*, X-Real-Ip and CF-Connecting-IP of every client. Here such headers do not reach Clerk.
//   - Only cookies of Clerk are forwarded, and only credentials that are a token, with the scheme Bearer or without one. Clerk's proxy
//     forwards all of them.
//   - [New] refuses a configuration that can't work. Clerk's proxy answers each request with 500.
//   - A relative Location leads where the browser would go from the address that was asked for (RFC 9110, section 10.2.2). Clerk's proxy reads
//     it from the root of the Frontend API. A redirect to the instance's own Frontend API host leads to the proxy, too.
//   - A request to Clerk ends when the browser leaves, and after 30 seconds.
//   - The message of an error does not have the error's cause.
//   - A compressed answer stays compressed.
//   - Keys of Clerk's staging and local servers need [Config.Upstream].
package proxy
