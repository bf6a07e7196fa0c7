//go:build release

package main

import "github.com/ginclerk/ginclerk/ginclerk"

// configure reads the CLERK_ variables.
func configure(origin string) (ginclerk.Config, error) {
	config := ginclerk.ConfigFromEnv()
	config.Origins = []string{origin}
	return config, nil
}
