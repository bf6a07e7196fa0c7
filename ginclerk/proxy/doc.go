// Package proxy forwards what browsers send to a path of an application to Clerk's Frontend API, as Clerk's own proxy does
// (@clerk/backend, file proxy.ts). Browsers then reach Clerk at the application's own address. A [Proxy] is an [http.Handler] and
// needs nothing but net/http; ginclerk mounts one in Gin (ginclerk.Clerk.MountProxy).
//
// # What it forwards
//
// A request goes to one fixed scheme and host, whatever its path says. Clerk's cookies go with it, and no others. Headers that only
// a proxy may set (Clerk-*, X-Forwarded-*, X-Real-Ip, Forwarded) are those of this proxy, never those of the request. The secret key
// proves to Clerk who the proxy is; it goes over https, or to the machine itself, and nowhere else: [New] refuses every other address.
//
// Redirects are not followed. Where one leads to the Frontend API, its address is that of the proxy. A body may have 12 MB, and a
// request 30 seconds.
//
// # What it answers by itself
//
// A path that is not below the proxy's, or that has a segment of dots, is answered 400, and a longer body 413. If the Frontend API
// can't be reached, the answer is 502 with Retry-After, or what [Config.Unreachable] makes of it. All of them are in the form of
// Clerk's errors, which clerk-js reads.
//
// An answer of Clerk's that breaks off midway is not passed on as a complete one: the connection to the browser breaks as well.
package proxy
