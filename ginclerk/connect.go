package ginclerk

import (
	"cmp"
	"errors"
	"net/http"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
)

// connect makes the clients of Clerk's two APIs.
func (k *tenant) connect() error {
	var problems []error
	var err error
	k.api, err = clerkapi.New(clerkapi.Config{
		SecretKey: instance.SecretKey(k.config.SecretKey), URL: k.config.APIURL, HTTPClient: k.config.HTTPClient,
	})
	problems = append(problems, configProblem("APIURL", err))
	k.frontend, err = clerkapi.NewFrontend(clerkapi.FrontendConfig{
		URL:          cmp.Or(k.config.FrontendAPIURL, "https://"+k.core.Key.FrontendAPI()),
		InstanceType: k.core.Key.Type(),
		ProxyURL:     k.knownProxyURL(),
		SecretKey:    instance.SecretKey(k.config.SecretKey),
		HTTPClient:   k.config.HTTPClient,
	})
	problems = append(problems, configProblem("FrontendAPIURL", err))
	return errors.Join(problems...)
}

// knownProxyURL is the absolute address of the proxy where it is known before any request: empty where it depends on one.
func (k *tenant) knownProxyURL() string {
	if k.config.ProxyURL == "" || k.config.ProxyURL[0] != '/' {
		return k.config.ProxyURL
	}
	if first, known := k.core.Site.First(); known {
		return first.Absolute(strings.TrimRight(k.config.ProxyURL, "/"))
	}
	return ""
}

// transport is what the proxy sends requests with.
func (k *tenant) transport() http.RoundTripper {
	if k.config.HTTPClient != nil && k.config.HTTPClient.Transport != nil {
		return k.config.HTTPClient.Transport
	}
	return nil // net/http's own
}

func configProblem(field string, err error) error {
	if err == nil {
		return nil
	}
	return &ConfigError{Field: field, Err: err}
}
