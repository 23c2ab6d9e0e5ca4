GO      ?= go
tool    := $(GO) tool -modfile=tools/go.mod
ours    := $(shell git ls-files '*.go' | grep -v _templ.go)
# The fuzz rule finds fuzz targets by their name, so a new one needs no change here.
fuzzfor ?= 5s
runs    ?= 40,20,20
studyruns ?= 20
kneeruns ?= 7
restarts ?= 20
posts   ?= 10000
realfor ?= full
seeds   ?= 1
log     ?= access.log
gb      ?= 1
jobs    ?= 0
quads   ?= 20
requests ?= 100000
clients ?= 64
# With again=1, as in CI, a few tests that failed (six with their parents) run once more,
# and are named at the end: the machine is shared, and may stop for seconds. A data race
# or a panic fails at once.
again   ?=
sum     := $(tool) gotestsum -f standard-quiet --rerun-fails=1 --rerun-fails-max-failures=6 --rerun-fails-abort-on-data-race
gotest   = $(if $(again),$(sum) --packages="$(2)" -- $(1),$(GO) test $(1) $(2))
raced   := ./bench ./bench/costs ./bench/instance ./bench/load ./bench/target ./bench/usage ./cgi/... ./persistent/... ./internal/classifieds/... ./internal/drain ./internal/handover ./internal/scratch ./internal/slowread ./internal/spool ./internal/wire .
static  := -tags 'netgo osusergo' -ldflags '-s -w -linkmode external -extldflags -static'
chromium := chromium --headless --no-sandbox --disable-gpu --disable-background-networking --no-first-run --hide-scrollbars

.DEFAULT_GOAL := help

.PHONY: help
help: ## list these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.PHONY: test
test: ## run every test; without Chromium, tests that need a browser are skipped
	$(call gotest,-timeout 15m,./...)

.PHONY: race
race: ## run the tests of parallel code under the race detector
	$(call gotest,-race -short -timeout 15m,$(raced))

.PHONY: lint
lint: ## check formatting, vet, staticcheck, generated code, tidy modules
	@test -n "$(ours)" || { echo "git lists no sources here: run git config --global --add safe.directory $(CURDIR)"; exit 1; }
	@test -z "$$(gofmt -l $(ours))" || { echo "gofmt would change:"; gofmt -l $(ours); exit 1; }
	$(GO) vet ./...
	$(GO) vet ./bench/testdata/truth ./bench/testdata/knees ./cgi/host/testdata/attack
	$(GO) vet bench/stats/testdata/coverage.go
	$(GO) vet ./internal/gateways/testdata/hosts ./internal/gateways/testdata/soak
	$(GO) vet ./persistent/testdata/restart
	$(tool) staticcheck ./...
	$(GO) mod tidy -diff
	@$(MAKE) --no-print-directory fresh

.PHONY: fresh
fresh: ## check that generated code is up to date
	@$(tool) templ generate -log-level error
	@git diff --exit-code --stat -- '*_templ.go' || { echo "generated pages are stale: run make generate and commit"; exit 1; }

.PHONY: generate
generate: ## generate the pages' Go code from their templ sources
	$(tool) templ generate

.PHONY: portable
portable: ## compile for macOS and Windows, without SQLite, and vet the tests too
	GOOS=darwin CGO_ENABLED=0 $(GO) build ./...
	GOOS=darwin CGO_ENABLED=0 $(GO) vet ./...
	GOOS=windows CGO_ENABLED=0 $(GO) build ./...
	GOOS=windows CGO_ENABLED=0 $(GO) vet ./...

.PHONY: bench
bench: ## run the benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...

.PHONY: bench-replay
bench-replay: ## measure how late recorded hits are sent, at 2,000 a second
	$(GO) test -run '^$$' -bench '^BenchmarkReplay$$' -count 3 ./bench/load

.PHONY: bench-hosts
bench-hosts: ## compare our host with net/http/cgi, lighttpd and Apache: 11 minutes; quads=20
	$(GO) run ./internal/gateways/testdata/hosts -quads $(quads)

.PHONY: soak
soak: ## send faulty requests to the gateways, and show what is left: half an hour; requests=100000, clients=64
	$(GO) build -o $(or $(TMPDIR),/tmp)/classibench-soak ./cmd/classibench
	$(GO) run ./internal/gateways/testdata/soak -classibench $(or $(TMPDIR),/tmp)/classibench-soak -requests $(requests) -clients $(clients)

.PHONY: fuzz
fuzz: ## fuzz every parser for a few seconds each (fuzzfor=5s), two at a time
	@grep -roE '^func Fuzz[A-Za-z0-9_]+' --include='*_test.go' . | sed 's|/[^/]*:func | |' | sort -k2 | \
	  GO="$(GO)" xargs -P 2 -L 1 sh -c 'exec tools/fuzz.sh "$$0" "$$1" $(fuzzfor)'

.PHONY: bench-import
bench-import: ## import a large log, and read it by GoAccess: log=access.log, gb=1, jobs=0
	$(GO) build -o $(or $(TMPDIR),/tmp)/classibench-import ./cmd/classibench
	$(GO) run ./scenarios/traffic/logs/testdata/speed -classibench $(or $(TMPDIR),/tmp)/classibench-import -dir $(or $(TMPDIR),/tmp) -log $(log) -gb $(gb) -jobs $(jobs)

.PHONY: real
real: ## compare real servers (docs/recipes.md) with the same programs as CGI: 25 minutes; realfor=quick: 6
	$(GO) test ./cmd/classibench -run '^TestReal$$' -real $(realfor) -count 1 -timeout 60m -v

.PHONY: zoo
zoo: ## verify programs with planted faults, and clean ones, each for 55 s: an hour; only=REGEXP, seeds=1
	$(GO) build -o $(or $(TMPDIR),/tmp)/classibench-zoo ./cmd/classibench
	$(GO) run ./bench/parity/testdata/zoo -classibench $(or $(TMPDIR),/tmp)/classibench-zoo -only "$(only)" -seeds $(seeds)

.PHONY: attack
attack: ## attack the gateways and the server while clients are served: 7 minutes (needs slowhttptest, sqlmap)
	$(GO) build -o $(or $(TMPDIR),/tmp)/classibench-study ./cmd/classibench
	$(GO) build -o $(or $(TMPDIR),/tmp)/classifieds-server ./persistent/classifieds
	$(GO) build -o $(or $(TMPDIR),/tmp)/classibench-attack ./cgi/host/testdata/attack
	$(or $(TMPDIR),/tmp)/classibench-attack -classibench $(or $(TMPDIR),/tmp)/classibench-study -server $(or $(TMPDIR),/tmp)/classifieds-server

.PHONY: sample
sample: ## measure now, and renew the picture and figures of the README (needs Chromium)
	rm -rf docs/sample
	$(GO) run ./cmd/classibench compare --out docs/sample
	$(chromium) --window-size=1000,1330 --screenshot=docs/sample/report.png "file://$$PWD/docs/sample/report.html" 2>/dev/null
	$(GO) test ./cmd/classibench -run TestReadme -update

.PHONY: gate-study
gate-study: ## measure how often the gate errs on this machine: two hours, runs=40,20,20
	$(GO) build -o $(or $(TMPDIR),/tmp)/classibench-study ./cmd/classibench
	$(or $(TMPDIR),/tmp)/classibench-study gate --self-test --runs $(runs) --out docs/study

.PHONY: coverage-study
coverage-study: ## measure how often intervals hold on this machine: an hour, studyruns=20
	$(GO) build -o $(or $(TMPDIR),/tmp)/classibench-study ./cmd/classibench
	$(GO) run ./bench/stats/testdata/coverage.go -runs $(studyruns) -out docs/study/coverage.json -- $(or $(TMPDIR),/tmp)/classibench-study compare --out $(or $(TMPDIR),/tmp)/coverage-report
	$(GO) run ./bench/stats/testdata/coverage.go -runs $(studyruns) -out docs/study/coverage-quick.json -- $(or $(TMPDIR),/tmp)/classibench-study compare --quick --out $(or $(TMPDIR),/tmp)/coverage-report

.PHONY: truth-study
truth-study: ## measure two servers of known service time: half an hour, studyruns=20
	$(GO) build -o $(or $(TMPDIR),/tmp)/classibench-study ./cmd/classibench
	$(GO) build -o $(or $(TMPDIR),/tmp)/classibench-truth ./bench/testdata/truth
	$(or $(TMPDIR),/tmp)/classibench-truth -classibench $(or $(TMPDIR),/tmp)/classibench-study -runs $(studyruns) -out docs/study/truth.json

.PHONY: capacity-study
capacity-study: ## search for the limits of servers whose limits are known: 45 minutes, kneeruns=7
	$(GO) build -o $(or $(TMPDIR),/tmp)/classibench-study ./cmd/classibench
	$(GO) build -o $(or $(TMPDIR),/tmp)/classibench-knees ./bench/testdata/knees
	$(or $(TMPDIR),/tmp)/classibench-knees -classibench $(or $(TMPDIR),/tmp)/classibench-study -runs $(kneeruns) -out docs/study/capacity.json

.PHONY: restart-study
restart-study: ## restart servers under load, and kill one: four minutes, restarts=20, posts=10000
	$(GO) run ./persistent/testdata/restart -restarts $(restarts) -posts $(posts)

.PHONY: build
build: ## build the command and the two programs that it compares, in dist/
	$(GO) build -o dist/classibench ./cmd/classibench
	$(GO) build -o dist/classifieds.cgi $(static) ./cgi/classifieds
	$(GO) build -o dist/classifieds-server $(static) ./persistent/classifieds

.PHONY: vuln
vuln: ## check dependencies for known vulnerabilities (needs the vulnerability database)
	$(GO) run golang.org/x/vuln/cmd/govulncheck@latest ./...
