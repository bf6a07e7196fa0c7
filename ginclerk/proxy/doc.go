// Package proxy forwards what browsers send to a path of an application to Clerk's Frontend API, as Clerk's own proxy does
// (@clerk/backend, file proxy.ts). Browsers then reach Clerk at the application's own address. A [Proxy] is an [http.Handler] and
// needs nothing but net/http; ginclerk mounts one in Gin (ginclerk.Clerk.MountProxy).
//
// # What it forwards
//
// Every request goes to one fixed scheme and host, whatever its path. The proxy forwards Clerk's cookies and no others. It sets
// the headers that only a proxy may set (Clerk-*, X-Forwarded-*, X-Real-Ip, Forwarded), and drops those of the request. The
// secret key proves to Clerk who the proxy is. It goes only over https or to this machine: [New] refuses every other address.
//
// The proxy does not follow redirects. A redirect to the Frontend API becomes a redirect to the proxy. A body may have 12 MB, and
// a request may take 30 seconds.
//
// # What it answers by itself
//
// The proxy answers 400 to a path that is not below its own or has a segment of dots, and 413 to a longer body. If the Frontend
// API can't be reached, it answers 502 with Retry-After, unless [Config.Unreachable] answers. The proxy's answers have the form
// of Clerk's errors, which clerk-js reads.
//
// If an answer of Clerk breaks off, the proxy breaks the connection to the browser, so that the answer does not look complete.
package proxy
