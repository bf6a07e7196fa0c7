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
	for _, part := range []map[ID]problem{configurationProblems(), clerkProblems(), originProblems()} {
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

func clerkProblems() map[ID]problem {
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
