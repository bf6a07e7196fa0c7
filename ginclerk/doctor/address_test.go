package doctor_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/doctor"
)

func addressRows() []row {
	return []row{
		{"the address has no scheme", "address-invalid", func(s *scene) { s.subject.URL = "app.example.com" }},
		{"the address has a password", "address-invalid", func(s *scene) {
			s.also("development-keys-in-public", "origin-missing")
			s.subject.URL = "https://me:geheim@app.example.com"
		}},
		{"no server is at the address", "address-unreachable", func(s *scene) {
			s.serve().server.Close()
		}},
		{"the certificate is not trusted", "address-unreachable", func(s *scene) {
			s.also("origin-missing")
			s.behindTLS(s.serve())
			s.subject.HTTPClient = nil
		}},
		{"the address leads to another host", "address-redirects", func(s *scene) {
			s.serve(answering(func(_ *app, w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "https://www.example.com/", http.StatusMovedPermanently)
			}))
		}},
		{"the address leads to itself for ever", "address-without-ginclerk", func(s *scene) {
			s.serve(answering(func(_ *app, w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/page", http.StatusFound) }))
		}},
		{"a proxy finds no application", "address-fails", func(s *scene) {
			s.serve(answering(func(_ *app, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }))
		}},
		{"the page is exempt", "address-without-ginclerk", func(s *scene) { s.subject.URL = s.serve().server.URL + "/exempt" }},
		{"the page is of another program", "address-without-ginclerk", func(s *scene) {
			s.also("origin-missing")
			other := httptest.NewServer(http.NotFoundHandler())
			s.t.Cleanup(other.Close)
			s.subject.URL, s.subject.HTTPClient = other.URL, nil
		}},
		{"the application runs with the keys of another instance", "address-of-another-instance", func(s *scene) {
			other := clerktest.New(s.t)
			s.serve(func(a *app) {
				a.config.PublishableKey, a.config.SecretKey = other.PublishableKey(), other.SecretKey()
			})
		}},
		{"a proxy ends TLS and the application does not know", "forwarded-origin-wrong", func(s *scene) {
			s.also("origin-missing")
			s.behindTLS(s.serve(func(a *app) { a.config.Origins = nil }))
		}},
		{"a proxy ends TLS and the application has the address of the server as its origin", "forwarded-origin-wrong", func(s *scene) {
			s.also("origin-missing")
			s.behindTLS(s.serve())
		}},
		{"a proxy takes a path off and the application does not know", "forwarded-prefix-lost", func(s *scene) {
			a := s.serve(answering(func(a *app, w http.ResponseWriter, r *http.Request) {
				r.URL.Path = strings.TrimPrefix(r.URL.Path, "/shop")
				r.RequestURI = r.URL.RequestURI()
				a.engine.ServeHTTP(w, r)
			}))
			s.subject.URL = a.server.URL + "/shop/page"
		}},
		{"a proxy puts a path in front", "forwarded-path-changed", func(s *scene) {
			s.serve(answering(func(a *app, w http.ResponseWriter, r *http.Request) {
				r.URL.Path = "/app" + r.URL.Path
				r.RequestURI = r.URL.RequestURI()
				a.engine.ServeHTTP(w, r)
			}))
		}},
		{"the application does not mount the proxy", "proxy-fails", func(s *scene) {
			s.serve(func(a *app) { a.config.ProxyURL, a.unmounted = "/__clerk", true })
			s.subject.Config.ProxyURL = "/__clerk"
		}},
		{"the proxy is a server that is not there", "proxy-fails", func(s *scene) {
			s.subject.Config.ProxyURL = "http://" + closedPort(s.t) + "/__clerk"
			s.serve(func(a *app) { a.unmounted = true })
		}},
		{"the proxy leads to another instance", "proxy-to-another-instance", func(s *scene) {
			other := clerktest.New(s.t)
			s.serve(func(a *app) {
				a.config.ProxyURL, a.config.ClerkAPI.FrontendURL = "/__clerk", other.FrontendURL()
				a.config.PublishableKey, a.config.SecretKey = other.PublishableKey(), other.SecretKey()
			})
			s.subject.Config.ProxyURL = "/__clerk"
		}},
		{"requests with 4 KB of cookies are refused", "header-limit-low", func(s *scene) {
			s.serve(func(a *app) { a.server.Config.MaxHeaderBytes = 1 })
		}},
		{"requests with 7 KB of cookies are cut off", "header-limit-low", func(s *scene) {
			s.serve(answering(func(a *app, w http.ResponseWriter, r *http.Request) {
				if len(r.Header.Get("Cookie")) > 6<<10 {
					panic(http.ErrAbortHandler)
				}
				a.engine.ServeHTTP(w, r)
			}))
		}},
		{"a proxy adds a policy without own styles", "policy-blocks-session-pages", func(s *scene) { s.serve(withPolicy("default-src 'self'; style-src https://cdn.example.com")) }},
		{"a proxy adds a policy that lets no form lead to Clerk", "policy-blocks-session-pages", func(s *scene) { s.serve(withPolicy("form-action 'self'")) }},
		{"a proxy adds a second policy that blocks all", "policy-blocks-session-pages", func(s *scene) { s.serve(withPolicy("img-src *, default-src 'none'")) }},
		{"a page with clerk-js has a policy for its own scripts alone", "policy-blocks-clerk-js", func(s *scene) {
			s.subject.URL = s.serve(withPolicy("default-src 'self'")).server.URL + "/clerk-js"
		}},
	}
}

// TestAnApplicationThatWorks: the ways in which applications are served well have no problem.
func TestAnApplicationThatWorks(t *testing.T) {
	t.Parallel()
	const clerkJS = "default-src 'self'; script-src 'self' https://{frontend} https://challenges.cloudflare.com; connect-src 'self' https://{frontend}; " +
		"img-src 'self' https://img.clerk.com; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; frame-src https://challenges.cloudflare.com"
	for _, row := range []struct {
		name  string
		build func(s *scene)
	}{
		{"on its own", func(s *scene) { s.serve() }},
		{"at a page that leads to another of its own", func(s *scene) { s.subject.URL = s.serve().server.URL + "/to-page" }},
		{"with Clerk behind the application", func(s *scene) {
			s.serve(func(a *app) { a.config.ProxyURL = "/__clerk" })
			s.subject.Config.ProxyURL = "/__clerk"
		}},
		{"behind a proxy that takes a path off, with a base path and Clerk behind the application", func(s *scene) {
			s.subject.Config.ProxyURL = "/__clerk"
			a := s.serve(func(a *app) { a.config.BasePath = "/shop" }, answering(func(a *app, w http.ResponseWriter, r *http.Request) {
				r.URL.Path = strings.TrimPrefix(r.URL.Path, "/shop")
				r.RequestURI = r.URL.RequestURI()
				a.engine.ServeHTTP(w, r)
			}))
			s.subject.URL, s.subject.Config.BasePath = a.server.URL+"/shop/page", "/shop"
		}},
		{"with a policy of its own origin", func(s *scene) { s.serve(withPolicy("default-src 'self'; object-src 'none'")) }},
		{"with a policy that names hosts in other ways", func(s *scene) {
			s.serve(withPolicy("default-src http:; form-action 'self' https:; img-src *; style-src 127.0.0.1:*; script-src 'SELF' 'nonce-a'"))
		}},
		{"with clerk-js and the policy of Clerk's documentation", func(s *scene) {
			key := s.server.PublishableKey()
			s.subject.URL = s.serve(withPolicy(strings.ReplaceAll(clerkJS, "{frontend}", frontendAPI(s.t, key)))).server.URL + "/clerk-js"
		}},
		{"with clerk-js and a policy with a nonce", func(s *scene) {
			s.subject.URL = s.serve(withPolicy("script-src 'self' 'nonce-abc' 'strict-dynamic'; worker-src blob:")).server.URL + "/clerk-js"
		}},
		{"with a limit of 8 KB for each header", func(s *scene) {
			s.serve(answering(func(a *app, w http.ResponseWriter, r *http.Request) {
				if len(r.Header.Get("Cookie")) > 8<<10 {
					w.WriteHeader(http.StatusBadRequest)
					return
				}
				a.engine.ServeHTTP(w, r)
			}))
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			row.build(s)
			report := doctor.Examine(t.Context(), s.subject)
			if found := problemsOf(report); len(found) > 0 {
				t.Errorf("problems: %+v", found)
			}
			for _, id := range []doctor.ID{"address-fine", "headers-fine", "policy-fine", "origins-fine"} {
				if _, ok := find(report, id); !ok {
					t.Errorf("no %s in %+v", id, report.Findings)
				}
			}
		})
	}
}
