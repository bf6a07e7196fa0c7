# Needs a POSIX shell, Go, git and make. `make prerequisites` installs the other programs that the tests use, or names them.
.POSIX:
.SUFFIXES:
.NOTPARALLEL:
.DEFAULT_GOAL := help

FUZZTIME ?= 5
FUZZTOTAL ?= 60
FUZZIN ?= .
TESTFLAGS ?=
COUNT ?= 10
BENCHTIME ?= 0.5s
BENCH ?= .
SECONDS ?= 3
MINUTES ?= 10
RELEASE_GO ?= go1.26.10

# golangci-lint is built once for each version of it and of Go. go vet and staticcheck are parts of it.
go_version := $(shell go env GOVERSION 2>/dev/null)
version_of = $(shell sed -n 's|^[[:space:]]*$(1) \(v[^ ]*\).*|\1|p' tools/go.mod)-$(go_version)
golangci := .bin/golangci-lint-$(call version_of,github.com/golangci/golangci-lint/v2)

.PHONY: help run build release reproduce container vulnerabilities generate test prerequisites figures weight bench bench-http bench-scale bench-redis check verify check-generated format lint soak scale fuzz race newest examples cover screenshots clean

help: ## what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo 'Tests look for chromium, redis-server, node and npm. Without them they skip with a line that says so; with CI=true they fail.'
	@echo 'FUZZTIME=5 and FUZZTOTAL=60 are seconds, for one fuzz target and for all; TESTFLAGS goes to go test.'
	@echo 'COUNT=10 is how often each benchmark and each server is measured, BENCHTIME=0.5s how long a benchmark takes, BENCH=. which are'
	@echo 'run, and SECONDS=3 how long the load on a server lasts.'

run: ## the demo, on the embedded Clerk unless CLERK_SECRET_KEY and CLERK_PUBLISHABLE_KEY are set
	@echo 'Compiling the demo, which takes a minute or two the first time and seconds after that.'
	@go run ./demo

build: ## every package, and the demo as .bin/demo
	go build ./...
	go build -trimpath -o .bin/demo ./demo

release: ## the demo for production, as one static program that needs no file, with what it is made of beside it: .bin/release
	GOTOOLCHAIN=$(RELEASE_GO) scripts/release.sh .bin/release
	scripts/sbom.sh .bin/release/demo

reproduce: ## builds the release of this commit twice, in two clones, and compares the bytes
	@scripts/reproduce.sh

CONTAINER ?= podman

container: release ## the release as a container, with podman or, with CONTAINER=docker, Docker
	$(CONTAINER) build -f Containerfile -t ginclerk-demo .

vulnerabilities: ## known vulnerabilities in what ginclerk calls, with govulncheck; with GO=1 those in Go itself count, too
	@scripts/vulnerabilities.sh

generate: ## the Go code of the .templ files, and the compressed style sheet and scripts
	go tool templ generate
	go generate ./static

test: prerequisites ## all tests, those of the examples and the vectors of Wycheproof among them; with CI=true or RACE=1 with the race detector
	@scripts/test.sh $(TESTFLAGS)
	@scripts/examples.sh
	@scripts/vectors.sh

prerequisites: ## looks for what the tests need; as root on Debian it installs it
	@scripts/prerequisites.sh

check: check-generated verify ## what must hold beside the tests: see CONTRIBUTING.md

verify: lint figures vulnerabilities reproduce ## what of make check changes no file, so that it can run beside the tests
	go mod verify

check-generated:
	@scripts/check-generated.sh

format: $(golangci) ## formats the code (gofumpt, goimports)
	$(golangci) fmt

lint: $(golangci) ## formatting, and what go vet, staticcheck and the other linters of .golangci.yml find
	$(golangci) fmt --diff
	$(golangci) run ./...

$(golangci):
	@echo 'building golangci-lint, once (takes minutes on a small machine)'
	cd tools && go build -o '../$@' github.com/golangci/golangci-lint/v2/cmd/golangci-lint

figures: ## the tests that measure, without the race detector
	@scripts/figures.sh

weight: ## packages, modules and megabytes that an API-only program has, beside Gin and clerk-sdk-go
	@scripts/weight.sh

bench: ## whole requests beside Gin, clerk-sdk-go, gin-jwt and crypto/rsa, as a table of ratios; see BENCHMARKS.md
	@scripts/bench.sh '$(COUNT)' '$(BENCHTIME)' '$(BENCH)' '^BenchmarkScale'

bench-http: ## servers under load on loopback, Express with Clerk's own middleware among them
	@scripts/bench-http.sh '$(COUNT)' '$(SECONDS)'

bench-scale: ## 10 to 1,000,000 different tokens, and 10,000 open streams
	@scripts/bench.sh '$(COUNT)' '$(BENCHTIME)' '^Benchmark(Baseline|Scale)' '^$$'

bench-redis: ## rate limits in Redis beside those of ulule/limiter, with 1, 8 and 32 callers
	@scripts/bench-redis.sh '$(COUNT)'

soak: ## two replicas of the demo under load for MINUTES=10, while Clerk, Redis and one replica fail
	@scripts/soak.sh '$(MINUTES)'

scale: ## 50 replicas on one Redis while 10,000 sessions a minute end: memory, messages, lag
	@scripts/scale.sh

fuzz: ## every fuzz target below the folders FUZZIN for FUZZTIME seconds
	@scripts/fuzz.sh '$(FUZZTIME)' '$(FUZZTOTAL)' '$(FUZZIN)'

race: ## make test with the race detector, which takes three times as long
	@RACE=1 scripts/test.sh $(TESTFLAGS)

newest: ## moves the packages of npm that are pinned to the newest versions, and prints what changes in the tests of Clerk's clients
	@scripts/newest.sh

examples: ## vets, builds and tests the modules in demo/examples
	@scripts/examples.sh $(TESTFLAGS)

cover: ## which lines the tests reach, in artifacts/cover.html
	@mkdir -p artifacts
	go test -coverpkg=./... -coverprofile=artifacts/cover.txt ./...
	go tool cover -html=artifacts/cover.txt -o artifacts/cover.html
	@go tool cover -func=artifacts/cover.txt | tail -n 1

screenshots: ## the browser tests, with a picture of every page in artifacts/
	@mkdir -p artifacts
	CI=true go test -count=1 -run Browser -artifacts -outputdir "$(CURDIR)/artifacts" ./demo/...

clean: ## removes what make built
	rm -rf .bin artifacts bench/out
