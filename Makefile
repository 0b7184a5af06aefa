# `make run` and `make test` do all of their own set-up; they need a Swift toolchain and, to install what is missing,
# root or sudo. `make help` lists the targets.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:

# git and ca-certificates: SwiftPM fetches the dependencies with them.
build_packages := libev-dev libcurl4-openssl-dev libssl-dev zlib1g-dev libzmq3-dev libmsgpack-dev git ca-certificates
# The charts of --html; without it, pages have tables only.
page_packages := libjs-chart.js
# For servers, readers and a browser that nobody here wrote; where they cannot be had their tests are skipped.
test_packages := nginx libnginx-mod-http-lua openssl curl python3 python3-venv libxml2-utils groff-base iproute2 \
	chromium chromium-driver

# Where the benchmarks' comparisons cannot be had, their rows are left out.
bench_packages := gcc python3 nginx libnginx-mod-http-lua
bench_others := python3-venv wrk hey openssl
# Without valgrind instructions are not counted, without nginx nothing is compared: the check says what it skips.
check_packages := gcc python3
check_others := valgrind nginx libnginx-mod-http-lua

# Where tests find the program `loadtest`: each kind of build has a folder of its own. Those of the program run the one that
# users have, which takes an eighth of the debug build's time.
test = LOADTEST_BIN_DIR="$(CURDIR)/$(1)/$(if $(2),$(2),debug)" swift test --disable-xctest --scratch-path $(1)

# The programs that tests of the program start: it, and the examples.
release_programs = for program in loadtest Embed Watch Share; do swift build -c release --product $$program || exit; done

.PHONY: help build run install test test-embedding test-libcurl8 lint fmt asan tsan bench bench-check soak clean test-setup

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/make \1\t\2/p' Makefile

run: ## a first run: 55 users against the built-in mock assistant
	@scripts/check-swift
	@scripts/install-packages $(build_packages) --optional $(page_packages)
	swift build -c release --product loadtest
	.build/release/loadtest --headless --users 55 -r 55 --mock --data data

build: ## a debug build of the program
	@scripts/check-swift
	@scripts/install-packages $(build_packages) --optional $(page_packages)
	swift build --product loadtest

# make install PREFIX=~/.local needs no root; DESTDIR is put before the prefix, for those who make packages.
PREFIX ?= /usr/local
install: ## installs the program, its manual page and completions for bash, zsh and fish (PREFIX=/usr/local)
	@scripts/install-program --check "$(PREFIX)"
	@scripts/check-swift
	@scripts/install-packages $(build_packages) --optional $(page_packages)
	swift build -c release --product loadtest
	@DESTDIR="$(DESTDIR)" scripts/install-program .build/release/loadtest "$(PREFIX)"

test: test-setup ## all tests, the real servers' too
	swift build --build-tests
	$(release_programs)
	$(call test,.build,release) --skip-build

# From nothing, as who embeds the library builds it: without the packages of the program; with two of them where a run has
# several processes.
test-embedding: ## builds the examples as packages of their own, which use this one as a library
	@scripts/check-swift
	@scripts/install-packages $(build_packages)
	swift build --package-path Examples --scratch-path .build/examples
	swift build --package-path Examples/Share --scratch-path .build/example-share
	@if ldd .build/examples/debug/Embed .build/example-share/debug/Share | grep -E 'zmq|msgpack'; then \
		echo 'an example links what is for the program alone' >&2; exit 1; fi

# The system's libcurl may be 7.88, in which much is different from 8: what talks to servers is tested with both.
test-libcurl8: ## the tests that talk to servers, with a libcurl 8 from Debian's backports
	swift build --build-tests
	$(release_programs)
	@folder=$$(scripts/libcurl-8) && if [[ -z $$folder ]]; then echo 'SKIPPED: the tests with libcurl 8' >&2; else \
		LD_LIBRARY_PATH=$$folder $(call test,.build,release) --skip-build --filter 'EndToEndTests|LoadTestCLITests'; fi

# Sanitizers see the engine's code, not that of libcurl and libev, which are Debian's own builds. One test at a time: they
# are ten times slower, and a test that starves for a second says nothing about a race.
asan: test-setup ## all tests under the address and leak sanitizer
	ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:suppressions="$(CURDIR)/scripts/asan.supp" \
	LSAN_OPTIONS=suppressions="$(CURDIR)/scripts/lsan.supp":print_suppressions=0 \
	$(call test,.build/asan) --sanitize=address --no-parallel

tsan: test-setup ## all tests under the thread sanitizer
	TSAN_OPTIONS=suppressions="$(CURDIR)/scripts/tsan.supp" \
	$(call test,.build/tsan) --sanitize=thread --no-parallel

test-setup:
	@scripts/check-swift
	@scripts/install-packages $(build_packages) --optional $(page_packages) $(test_packages)
	@scripts/venv test-venv Tests/EndToEndTests/Servers/requirements.txt 'no FastAPI to test against, those tests will be skipped'
	@scripts/venv browser-venv Tests/LoadTestCLITests/Browser/requirements.txt 'no browser to look at pages with, those tests will be skipped'
	@scripts/venv locust-venv bench/others/requirements.txt 'no Locust to compare results with, those tests will be skipped'
	@scripts/venv hdr-venv Tests/LoadTestCLITests/Histograms/requirements.txt 'no HdrHistogram to read summaries with, those tests will be skipped'
	@scripts/venv schema-venv Tests/LoadTestCLITests/Schemas/requirements.txt 'no jsonschema to check schemas with, those tests will be skipped'
	@scripts/venv rest-venv Tests/LoadTestCLITests/Rest/requirements.txt 'no schemathesis, its test will be skipped'
	@scripts/venv sdk-venv Tests/LoadTestCLITests/SDK/requirements.txt 'no SDKs to read the mock with, those tests will be skipped'
	@scripts/venv servers-venv Tests/LoadTestCLITests/RealServers/requirements.txt 'no servers of other APIs to test against, those tests will be skipped'
	@PIP_NO_DEPS=1 scripts/venv guidellm-venv Tests/LoadTestCLITests/RealServers/requirements-guidellm.txt 'no guidellm to test against, its tests will be skipped'
	@PIP_NO_DEPS=1 scripts/venv litellm-venv Tests/LoadTestCLITests/RealServers/requirements-litellm.txt 'no LiteLLM to test against, its tests will be skipped'
	@scripts/real-servers

bench: ## what a turn costs, compared with bare libcurl, Locust and others: 15 minutes, writes bench/RESULTS.md
	@scripts/check-swift
	@scripts/install-packages $(build_packages) $(bench_packages) --optional $(bench_others)
	@scripts/venv locust-venv bench/others/requirements.txt 'no Locust to compare with, its rows will be left out'
	swift build -c release --product loadtest
	swift build -c release --product bench-micro
	swift build -c release --product bench-accuracy
	bench/bench

bench-check: ## whether a turn and an event still cost what bench/thresholds.json allows: in a minute
	@scripts/check-swift
	@scripts/install-packages $(build_packages) $(check_packages) --optional $(check_others)
	swift build -c release --product loadtest
	swift build -c release --product bench-micro
	bench/check

MINUTES ?= 30
soak: ## whether memory stays the same over 30 minutes in which connections come and go (MINUTES=5: the fewest that are judged)
	@scripts/check-swift
	@scripts/install-packages $(build_packages) gcc python3
	swift build -c release --product loadtest
	bench/soak --minutes $(MINUTES)

lint: ## formatting, and the rules between the folders
	@scripts/check-swift
	@scripts/install-packages $(build_packages) python3 gcc
	swift format lint --strict --recursive --parallel Sources Tests Examples bench Package.swift
	scripts/check-layers
	make -s -C bench/floor && python3 -B -m unittest discover -q -s bench/tests -t bench

fmt: ## formats all Swift code in place
	swift format --in-place --recursive --parallel Sources Tests Examples bench Package.swift

clean: ## removes everything that was built
	rm -rf .build
