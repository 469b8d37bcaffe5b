# For people's fingers; meson does the work. Each goal sets up what it needs itself.
#
#	make            the program: build/src/cli/oakum
#	make demo       build it and audit the bundled example, apart and as a whole
#	make check      sanitizers, all tests that need no engine, a short fuzz run
#	make check-fast the unit tests and rule fixtures, on the plain build
#	make check-live the tests that ask a real container engine
#	make check-lint format, clang-tidy, -fanalyzer, layering, rules, documents
#	make format     let clang-format lay out what is in C
#	make bench      measure speed and memory
#	make corpus     run over the repositories in DIR and count (see tools/corpus.py)
#	make install    DESTDIR and prefix are honoured

prefix  ?= /usr/local
DESTDIR ?=
EXAMPLE := examples/iris/before

OAKUM := build/src/cli/oakum
NINJA := ninja
MESON := meson
SETUP := sh tools/setup.sh

# Tests under a sanitizer take longer than meson's 30 s for the slowest of them.
MESON_TEST := $(MESON) test --print-errorlogs --no-suite fuzz

.PHONY: all demo check check-fast check-live check-lint format bench corpus install \
	clean

all: build/build.ninja
	@$(NINJA) -C build --quiet

build/build.ninja:
	@$(SETUP) build
	@$(MESON) setup build --prefix '$(prefix)' >/dev/null

demo: all
	@tools/demo.sh $(OAKUM) $(EXAMPLE)

build-asan/build.ninja:
	@$(MESON) setup build-asan --buildtype debug -Doptimization=1 \
		-Db_sanitize=address,undefined >/dev/null

build-fuzz/build.ninja:
	@CC=clang $(MESON) setup build-fuzz --buildtype debug -Doptimization=1 \
		-Dfuzz=true -Dtests=false -Db_sanitize=address,undefined \
		-Db_lundef=false >/dev/null

# What the plain program links is nothing that a sanitizer's build could tell.
check: check-setup build-asan/build.ninja build-fuzz/build.ninja
	@$(NINJA) -C build-asan --quiet
	@$(MESON_TEST) -C build-asan --no-rebuild --timeout-multiplier 4
	@$(MESON) test -C build-fuzz --suite fuzz --print-errorlogs --timeout-multiplier 4
	@$(MAKE) --no-print-directory all
	@$(MESON) test -C build --no-rebuild --print-errorlogs cli-program

.PHONY: check-setup
check-setup:
	@$(SETUP) check

check-fast: all
	@$(MESON_TEST) -C build --no-rebuild --suite fast --suite rules

check-live:
	@$(SETUP) build live
	@$(MAKE) --no-print-directory all
	@tests/live/run

check-lint:
	@$(SETUP) lint
	@tools/lint.sh

format:
	@$(SETUP) lint
	@find src fuzz tests/unit -name '*.[ch]' -exec clang-format -i {} +

bench:
	@$(SETUP) bench
	@$(MAKE) --no-print-directory all
	@$(NINJA) -C build --quiet bench/bench_rules bench/bench_seccomp
	@bench/run

corpus: all
	@python3 tools/corpus.py --oakum $(OAKUM) $(ARGS) '$(DIR)'

install: all
	@$(MESON) configure build -Dprefix='$(prefix)' && $(NINJA) -C build --quiet
	@DESTDIR='$(DESTDIR)' $(MESON) install -C build --no-rebuild

clean:
	rm -rf build build-asan build-fuzz build-analyze build-release build-tidy
