package doctor

import "strings"

// problem is what is known about a kind of finding before anything is examined.
type problem struct {
	area         Area
	severity     Severity
	matters, fix string
}

// fineID and skippedID are the ids of an area that is as it should be, and of one that was not examined.
func fineID(area Area) ID    { return ID(strings.ToLower(string(area)) + "-fine") }
func skippedID(area Area) ID { return ID(strings.ToLower(string(area)) + "-skipped") }

const dashboardKeys = "Take both keys from the page API keys of one instance in the Clerk dashboard."

// problems are all kinds of problems, by their ids.
func problems() map[ID]problem {
	all := make(map[ID]problem)
	for _, part := range []map[ID]problem{
		configurationProblems(), keyProblems(), clerkProblems(), clockProblems(), originProblems(), kindProblems(),
		addressProblems(), proxyProblems(), forwardedProblems(), pageProblems(), cookieProblems(), tokenProblems(),
		secretProblems(), deliveryProblems(), redisProblems(), storeProblems(),
	} {
		for id, p := range part {
			all[id] = p
		}
	}
	return all
}

func configurationProblems() map[ID]problem {
	return map[ID]problem{
		"configuration-invalid": {
			Configuration, Error,
			"ginclerk.New returns this error, and the application does not start.",
			"Write the value as the line above says.",
		},
		"publishable-key-invalid": {
			Keys, Error,
			"ginclerk.New returns this error. The publishable key (CLERK_PUBLISHABLE_KEY) says which Clerk instance it is and where its Frontend API is.",
			dashboardKeys,
		},
		"secret-key-invalid": {
			Keys, Error,
			"ginclerk.New returns this error. The secret key (CLERK_SECRET_KEY) opens the Backend API.",
			dashboardKeys,
		},
		"jwt-key-invalid": {
			Keys, Error,
			"ginclerk.New returns this error. With a JWT key no signing keys are fetched: it alone verifies tokens.",
			"Copy the JWT public key (PEM) from the page API keys of the Clerk dashboard, or remove CLERK_JWT_KEY: keys are then fetched.",
		},
	}
}

func keyProblems() map[ID]problem {
	return map[ID]problem{
		"secret-key-refused": {
			Keys, Error,
			"No signing keys can be fetched, no session renewed and none ended.",
			"Copy the secret key from the page API keys of the Clerk dashboard. If it was rolled there, the old one is refused at once or after the time that was chosen.",
		},
		"keys-of-two-instances": {
			Keys, Error,
			"Browsers sign in at one instance, and the application verifies their tokens with the keys of another: no user can sign in.",
			dashboardKeys,
		},
		"jwt-key-not-published": {
			Keys, Error,
			"Every session token is refused, because none is signed with this key.",
			"Remove CLERK_JWT_KEY, so that keys are fetched and follow a rotation, or copy the JWT public key of this instance from the Clerk dashboard.",
		},
	}
}

func clerkProblems() map[ID]problem {
	return map[ID]problem{
		"backend-api-unreachable": {
			Clerk, Error,
			"Without the Backend API no signing keys are fetched and no session is renewed: guards answer 503.",
			"Allow this machine to call api.clerk.com over https (firewall, DNS, HTTPS_PROXY), or correct CLERK_API_URL. If Clerk has an outage (status.clerk.com), wait.",
		},
		"frontend-api-unreachable": {
			Clerk, Error,
			"Browsers sign in and renew sessions at the Frontend API. A host that does not exist is the sign of a publishable key that was cut off, or of DNS records that are missing for a production domain.",
			"Compare the host with the Clerk dashboard (page Domains), and check its DNS records there. If CLERK_FAPI_URL is set, correct or remove it.",
		},
		"key-set-without-rsa-key": {
			Clerk, Error,
			"No session token can be verified: guards answer 503.",
			"Check that CLERK_API_URL is the address of Clerk's Backend API, and that nothing between changes its answers.",
		},
	}
}

func clockProblems() map[ID]problem {
	return map[ID]problem{
		"clock-wrong": {
			Clock, Error,
			"A session token is good for a minute. With this clock it is refused as not yet valid, or as expired: browsers are sent to Clerk and back, again and again, and APIs answer 401.",
			"Let the machine set its clock by NTP (chrony, systemd-timesyncd; in a virtual machine, the host's time). Do not raise Tokens.ClockSkew instead.",
		},
		"clock-drifts": {
			Clock, Warning,
			"More than half of what is allowed is used up. When the rest is gone, tokens are refused.",
			"Let the machine set its clock by NTP (chrony, systemd-timesyncd; in a virtual machine, the host's time).",
		},
	}
}

func originProblems() map[ID]problem {
	return map[ID]problem{
		"origins-unset": {
			Origins, Warning,
			"Tokens that were made for other sites of the instance are accepted (azp is not checked), and the address of the application is what each request says.",
			`Set Config.Origins, for example []string{"https://app.example.com"}. Tell the doctor with -origins.`,
		},
		"origin-missing": {
			Origins, Error,
			"Tokens of browsers at this address are refused (azp), their forms count as another site's, and redirects lead to another address.",
			"Add the address to Config.Origins, or lead browsers to one that is listed.",
		},
		"origin-of-another-scheme": {
			Origins, Error,
			"http and https are different origins: tokens of browsers at this address are refused, and redirects lead to the other scheme.",
			"Write the origin in Config.Origins with the scheme that browsers show.",
		},
		"origin-of-another-port": {
			Origins, Error,
			"Another port is another origin: tokens of browsers at this address are refused, and redirects lead to the other port.",
			"Write the origin in Config.Origins with the port that browsers show, which need not be the one that the server listens on.",
		},
		"origin-of-another-host": {
			Origins, Error,
			"With www and without are different origins: tokens of browsers at this address are refused, and redirects lead to the other host.",
			"Redirect one host to the other in front of the application, or add both to Config.Origins.",
		},
	}
}

func kindProblems() map[ID]problem {
	return map[ID]problem{
		"origin-plain-http": {
			Origins, Error,
			"Browsers drop the Secure cookies of a production instance there, and anyone between can read what is sent.",
			"Serve the application over https, and write the origin with https.",
		},
		"origin-outside-domain": {
			Origins, Warning,
			"The cookies of a production instance belong to its domain. Browsers at other domains have none, and sign-in has no effect.",
			"Use an address on the instance's domain, add the domain in the Clerk dashboard (page Domains), or configure a satellite (CLERK_IS_SATELLITE, CLERK_DOMAIN).",
		},
		"development-keys-in-public": {
			Origins, Warning,
			"A development instance hands browsers over by the address, takes a hundred users at most, and has Clerk's shared credentials for social sign-in. It is not for real data.",
			"Make a production instance in the Clerk dashboard, and use its keys (pk_live_, sk_live_). Ignore this for a tunnel or a preview.",
		},
		"production-keys-on-localhost": {
			Origins, Warning,
			"A production instance works on its own domain alone. On localhost sign-in ends in a loop, and what works there works on real users.",
			"Use the keys of the development instance (pk_test_, sk_test_) on localhost.",
		},
	}
}

func addressProblems() map[ID]problem {
	return map[ID]problem{
		"address-invalid": {
			Address, Error,
			"Nothing behind the address can be examined.",
			"Give -url as browsers show it, such as https://app.example.com/dashboard.",
		},
		"address-unreachable": {
			Address, Error,
			"What can't be reached from here may be out of reach for browsers, too.",
			"Open the address in a browser. Check that the application runs, what its name resolves to, and its certificate.",
		},
		"address-redirects": {
			Address, Warning,
			"Browsers end up at the other address: that one must be in Origins, and it was not examined.",
			"Run the doctor with -url and the address behind the redirect.",
		},
		"address-fails": {
			Address, Error,
			"The application, or a proxy in front of it, can't answer. ginclerk itself answers 503 where it can't reach Clerk or has no keys.",
			"Read the log of the application, and of the proxy in front of it, for this request.",
		},
		"address-without-ginclerk": {
			Address, Warning,
			"A browser that has lost its session token is sent to Clerk and back (a handshake) by every page behind Attach. This address did not do that, so that it says nothing about proxies and origins.",
			"Give -url a page behind clerk.Attach() that is not exempt (Clerk.Exempt). If the page is behind it, put Attach in front of the routes: r.Use(clerk.Attach()). A cache in front must not answer requests with cookies.",
		},
		"address-of-another-instance": {
			Address, Error,
			"The application runs with the keys of another Clerk instance than those that were examined.",
			"Give the doctor the variables that the running application has, or restart the application with the new ones.",
		},
	}
}

func proxyProblems() map[ID]problem {
	return map[ID]problem{
		"proxy-fails": {
			Address, Error,
			"Browsers reach the Frontend API through ProxyURL (CLERK_PROXY_URL) alone: they can't sign in or renew a session.",
			"Mount the proxy, clerk.MountProxy(r), and have what stands in front of the application pass the path on. Or remove ProxyURL.",
		},
		"proxy-to-another-instance": {
			Address, Error,
			"Browsers sign in at another instance than the one whose tokens the application accepts.",
			"Compare the keys of what serves ProxyURL (CLERK_PROXY_URL) with those of the application.",
		},
	}
}

func forwardedProblems() map[ID]problem {
	return map[ID]problem{
		"forwarded-origin-wrong": {
			Address, Error,
			"Redirects after sign-in lead to an address that browsers can't use, and tokens for the right one are refused.",
			"Have the proxy send Host, or X-Forwarded-Host, and X-Forwarded-Proto as browsers used them, trust it in Gin (r.SetTrustedProxies), and list the address in Config.Origins.",
		},
		"forwarded-prefix-lost": {
			Address, Error,
			"Something in front takes a path off, and the application does not know: its redirects lead beside it.",
			"Set Config.BasePath to that path, or have the proxy send it as X-Forwarded-Prefix and trust it in Gin (r.SetTrustedProxies).",
		},
		"forwarded-path-changed": {
			Address, Error,
			"Something in front changes paths, so that browsers come back to another page than they asked for.",
			"Have the proxy pass paths on as they are, or only take off a path that Config.BasePath names.",
		},
	}
}

func pageProblems() map[ID]problem {
	return map[ID]problem{
		"header-limit-low": {
			Headers, Warning,
			"Browsers send Clerk's session token twice, of up to 4 KB each. With a few claims more, or cookies of other applications of the domain, users get 400 or 431 and can't even sign out.",
			"Raise the limit to 16 KB at least: large_client_header_buffers in nginx, LimitRequestFieldSize in Apache, http.Server.MaxHeaderBytes in Go.",
		},
		"policy-blocks-session-pages": {
			Policy, Warning,
			"A policy that a proxy adds counts beside that of the session pages: their style sheet, scripts or forms are blocked. One that middleware of the application sets does no harm, because the pages replace it.",
			"Take the header out of the proxy for the session pages, or add what is missing.",
		},
		"policy-blocks-clerk-js": {
			Policy, Warning,
			"Browsers block clerk-js or a part of it, and Clerk's components stay empty or fail.",
			"Add what is missing to the header; Clerk's documentation has the list under Content-Security-Policy headers.",
		},
	}
}

func cookieProblems() map[ID]problem {
	return map[ID]problem{
		"cookies-large": {
			Cookies, Warning,
			"Many servers and proxies refuse a request whose header Cookie has more than 8 KB: the user gets 400 or 431, on every page.",
			"Take claims out of the session token (Clerk dashboard, page Sessions), delete cookies that are not needed, or raise the limit in front.",
		},
		"session-cookie-large": {
			Cookies, Warning,
			"Browsers drop a cookie of more than 4 KB without a word, and the user is signed out, or stays so.",
			"Take claims out of the session token (Clerk dashboard, page Sessions). Read what is large, such as metadata, with the Backend API.",
		},
		"session-cookie-repeated": {
			Cookies, Warning,
			"Cookies of one name have other paths or domains, such as one of a former set-up. ginclerk takes the right one, whichever comes first; other programs take the first, and each makes the header longer.",
			"Delete the old cookies: in the browser's developer tools, those of another domain or path. Have one domain alone set them.",
		},
		"cookies-of-other-instances": {
			Cookies, Warning,
			"Other Clerk instances on this domain or on localhost have left their cookies. They do no harm by themselves, but make the header longer until servers refuse it.",
			"Delete the cookies of the domain in the browser, or give applications domains of their own.",
		},
	}
}

func tokenProblems() map[ID]problem {
	return map[ID]problem{
		"session-token-of-another-party": {
			Cookies, Error,
			"The user is signed in at Clerk and signed out here. A token counts at the origin that it was made for (azp), and at those that list it.",
			"Add that origin to Config.Origins, or to AuthorizedParties if redirects must not lead there. If it is another application's, sign in at this one.",
		},
		"session-token-of-another-instance": {
			Cookies, Error,
			"The user is signed in at another Clerk instance and signed out here. A cookie without a suffix may be of any instance on the domain.",
			"Sign in at this application. If the cookie comes back, another application on the domain sets it: give it a domain of its own.",
		},
		"session-token-refused": {
			Cookies, Error,
			"The user is signed out here. The word in parentheses is Clerk's reason.",
			"Look for the reason in Clerk's documentation or in package token. A cookie that was cut off while it was copied is token-invalid.",
		},
	}
}

func secretProblems() map[ID]problem {
	return map[ID]problem{
		"webhook-secret-missing": {
			Webhook, Error,
			"Without the secret no delivery can be verified, and webhook.New refuses to start.",
			"Set CLERK_WEBHOOK_SIGNING_SECRET to the signing secret of the endpoint (Clerk dashboard, page Webhooks): it begins with whsec_.",
		},
		"webhook-secret-invalid": {
			Webhook, Error,
			"webhook.New returns this error, or no delivery is accepted.",
			"Copy the signing secret of the endpoint from the Clerk dashboard, page Webhooks: it begins with whsec_.",
		},
	}
}

func deliveryProblems() map[ID]problem {
	return map[ID]problem{
		"webhook-unreachable": {
			Webhook, Error,
			"Clerk gives up after 27 hours: sessions that it ends live on until their tokens expire, and the application misses the events.",
			"Check the address, its certificate, and what is in front of the application. Clerk must reach it from the Internet.",
		},
		"webhook-redirects": {
			Webhook, Error,
			"A redirect counts as a failed delivery. A guard in front of the endpoint, which sends to sign-in, is the usual cause.",
			`Take the endpoint out of the rules, clerk.Exempt("/webhooks/clerk"), and give Clerk the address without a redirect: https, and the host that answers.`,
		},
		"webhook-fails": {
			Webhook, Error,
			"Clerk takes this for an outage, and sends the event again for 27 hours.",
			"Read the log of the application for this request. Package webhook answers 503 where its store can't be reached, and 500 where a handler fails.",
		},
		"webhook-refuses-good-signature": {
			Webhook, Error,
			"Clerk's deliveries are refused likewise. The endpoint has another secret, or something in front refuses requests that no browser made.",
			`Compare the secret of the running application with the one in the Clerk dashboard. Exempt the endpoint from guards and CSRF checks: clerk.Exempt("/webhooks/clerk").`,
		},
		"webhook-accepts-foreign-signature": {
			Webhook, Error,
			"Anyone can send events that the application believes, such as that a user was deleted.",
			"Verify the signature: serve the endpoint with webhook.New. If it is served so, look for what answers in its place.",
		},
		"webhook-accepts-old-delivery": {
			Webhook, Warning,
			"Someone who gets hold of one delivery can send it again at any time.",
			"Refuse deliveries that were signed more than five minutes ago, as webhook.New does.",
		},
	}
}

func redisProblems() map[ID]problem {
	return map[ID]problem{
		"redis-address-invalid": {
			Redis, Error,
			"The application can't read the address either.",
			"Write the address as the line above says. A password with characters such as / or @ must be percent-encoded.",
		},
		"redis-unreachable": {
			Redis, Error,
			"Replicas do not learn of ended sessions, limits are not shared, and kept forms and jobs can't be read.",
			"Check host, port and firewall, and whether the server wants TLS (rediss://).",
		},
		"redis-refuses": {
			Redis, Error,
			"Replicas do not learn of ended sessions, limits are not shared, and kept forms and jobs can't be read.",
			"Check user and password. The user needs PING, INFO, and what the documentation of redisstore.Config lists.",
		},
		"redis-too-old": {
			Redis, Error,
			"Package redisstore is written for Redis 6 and newer; the scripts of rate limits fail with older ones.",
			"Use Redis 6 or newer, or a server that is compatible with it, such as Valkey.",
		},
	}
}

func storeProblems() map[ID]problem {
	return map[ID]problem{
		"redis-slow": {
			Redis, Warning,
			"With ratelimit.WithFallback a decision about a rate limit waits 50 ms for Redis and is then made without it. Without a fallback requests wait.",
			"Use a server in the same region and network as the application.",
		},
		"redis-evicts": {
			Redis, Error,
			"When memory is full, Redis drops records: a session that was ended may be let in again, a form be sent twice, a limit begin anew.",
			"Set maxmemory-policy to noeviction, and give caches a server of their own.",
		},
		"redis-limits-fail": {
			Redis, Error,
			"Rate limits can't be decided: requests get 503, or with ratelimit.WithFallback each replica counts for itself.",
			"Allow the user EVAL, EVALSHA, TIME, GET and SET on keys that begin with ginclerk: (redisstore.DefaultPrefix). A replica that takes no writes is not enough.",
		},
		"redis-records-fail": {
			Redis, Error,
			"Forms, jobs and the ids of webhooks can't be kept.",
			"Allow the user EVAL, EVALSHA, GET, SET and DEL on keys that begin with ginclerk: (redisstore.DefaultPrefix), and give the server more memory where it is full.",
		},
	}
}
