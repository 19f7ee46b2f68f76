# Everything runs with Go alone; other tools are installed or named when they
# are missing. See CONTRIBUTING.md.
.PHONY: build test check faults soak vulncheck fuzz run-demo gallery bench generate screenshots

build:
	go build -o bin/ringledger ./cmd/ringledger

# All suites. STRICT=1 also fails when one was skipped; SUITES=unit,lint runs some.
test:
	go run ./internal/suites $(if $(STRICT),-strict) $(if $(SUITES),-only $(SUITES))

# What to run before every commit.
check:
	go run ./internal/suites -only format,lint,unit

# The machine below the program breaks: kills at exact system calls, power cuts,
# full disks, slow and hostile senders. As root of a Linux; about six minutes.
faults:
	RINGLEDGER_TEST_FAULTS=long go run ./internal/suites -strict -only faults

# A million webhooks, or as many as SOAK says (SOAK=50000), with kills and an org
# that loses answers; says every half minute how far it is, and at the end what
# was lost and doubled. Until its first tenth, or webhook SOAK_ERRORS, the org also
# answers 500, which is waited out for twelve minutes. To leave it alone:
# nohup make soak >soak.log 2>&1 &
soak:
	RINGLEDGER_TEST_FAULTS=long RINGLEDGER_TEST_SOAK=$(or $(SOAK),1000000) RINGLEDGER_TEST_SOAK_ERRORS=$(SOAK_ERRORS) go test -count=1 -timeout 2h -v -run '^TestASoakLosesAndDoublesNothing$$' ./cmd/ringledger

# Known faults of the modules and of Go that this program calls. It reads the Go
# vulnerability database at vuln.go.dev, or a copy (VULNDB=file:///srv/vulndb), and
# fails when there is neither.
vulncheck:
	go run golang.org/x/vuln/cmd/govulncheck@v1.9.0 $(if $(VULNDB),-db=$(VULNDB)) ./...

# Every fuzz test for a minute, or for as long as FUZZ says (FUZZ=90s).
fuzz:
	RINGLEDGER_TEST_FUZZ=$(or $(FUZZ),1m) go run ./internal/suites -strict -only fuzz

run-demo:
	go run ./cmd/ringledger demo

# Every state of every page, without a database; prints where.
gallery:
	go run ./views/samples/preview

bench:
	go run ./internal/bench

generate:
	go generate ./...

# New pictures of every page in docs/screenshots.
screenshots: build
	cd browsertest && npm ci --ignore-scripts --no-audit --no-fund && TEST_BINARY=../bin/ringledger npm run screenshots
