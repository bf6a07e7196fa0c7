module github.com/ginclerk/ginclerk/demo/examples/started

go 1.26.0

require github.com/ginclerk/ginclerk v0.0.0

require (
	github.com/go-playground/locales v0.14.1 // indirect
	github.com/golang-jwt/jwt/v5 v5.3.1 // indirect
	github.com/mileusna/useragent v1.3.5 // indirect
	github.com/svix/svix-webhooks v1.44.0 // indirect
	golang.org/x/net v0.62.0 // indirect
	golang.org/x/text v0.44.0 // indirect
	gopkg.in/validator.v2 v2.0.1 // indirect
)

replace github.com/ginclerk/ginclerk => ../../..
