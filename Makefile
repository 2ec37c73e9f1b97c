# SPDX-License-Identifier: Apache-2.0
#
# make demo   a central and a hall of four booths on this machine; play with it
# make test   every tier of tests, as continuous integration runs them
# make firmware   the booth unit's images, for each board
# make voice      the clips of spoken calls, in .build/voice
# make wiring     the drawings of the sheets in Wiring/, as SVG in .build/wiring
# make deb    the Debian packages, for this machine or with ARCH=arm64 for boards, in .build/deb
#
# They install what they need from Debian when it is missing, and say so.

# Tests that race the machine's own time are run once more, by themselves, when they fail; it is told
# (.ci/real-time-test). All others must pass at once.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# What the sources build with, what the programs need, and what the tests drive them with.
PACKAGES := git pkg-config libgpiod-dev libserialport-dev libsqlite3-dev tzdata libpango1.0-dev fonts-farsiweb
TEST_PACKAGES := python3 util-linux stm32flash curl openssl stunnel4
POSTGRES_PACKAGES := postgresql libpq5
MODEL_PACKAGES := spin gcc libc6-dev
FUZZ_PACKAGES := libclang-rt-dev
VOICE_PACKAGES := python3 espeak-ng
PAGES_PACKAGES := chromium fonts-noto-core prometheus
DEB_PACKAGES := python3 binutils llvm dpkg-dev xz-utils
DEB_TEST_PACKAGES := mmdebstrap lintian debian-archive-keyring man-db groff-base zsh fish
BOARD_PACKAGES := mmdebstrap arch-test qemu-user-static e2fsprogs debian-archive-keyring
BENCH_PACKAGES := python3 python3-serial python3-libgpiod python3-flask gunicorn valgrind
RIG_PACKAGES := busybox-static udev e2fsprogs gcc libc6-dev make flex bison bc libelf-dev lz4 xz-utils

# Tests that wait for other threads and for sockets; they run apart from those that use every core.
WAITING_TESTS := ^(UplinkTests|HardwareTests|DaemonSupportTests|NobatCentralTests|NobatDemoTests)\.
PAGE_TESTS := ^StatusPagesTests\.

SWIFT ?= swift
SWIFTC ?= $(SWIFT:%swift=%swiftc)
FOLDERS := Package.swift Sources Tests Firmware
PROGRAMS := nobatd nobat-central nobatctl nobat-demo nobat-slip
BENCH_PROGRAMS := nobatd nobat-central nobat-sim bench-units nobat-guard

.PHONY: help demo test build packages test-packages all-packages ahead lint firmware firmware-check unit daemons postgres flood load load-minute versions emulated rig \
    board scripted peers model mutants simulation fuzz fuzz-chance bench bench-guard wiring voice pages deb deb-check clean

help:
	@sed -n 's/^# \{0,1\}//p' Makefile | sed -n '3,10p'

packages:
	@.ci/install $(PACKAGES)

test-packages: packages
	@.ci/install $(TEST_PACKAGES)

build: packages
	@echo "==> building the programs (minutes at first, seconds after)"
	@for program in $(PROGRAMS); do $(SWIFT) build --product $$program; done

demo: build
	@.build/debug/nobat-demo

test: all-packages ahead lint wiring firmware-check model unit simulation mutants daemons postgres load-minute versions emulated rig peers pages scripted deb-check board
	@echo "==> every tier passed: lint, drawings, images, model, unit, simulation, mutants, daemons, postgres, load, versions, emulated, rig, peers, pages, scripted demo, packages, board"

# All that any tier needs, at once: then nothing that is made ahead meets apt at work.
all-packages: test-packages
	@.ci/install $(sort $(POSTGRES_PACKAGES) $(MODEL_PACKAGES) $(VOICE_PACKAGES) $(PAGES_PACKAGES) $(RIG_PACKAGES) \
	    $(DEB_PACKAGES) $(DEB_TEST_PACKAGES) $(BOARD_PACKAGES))
	@.ci/install-backports qemu-system-arm qemu-system-x86

# What takes long the first time begins beside the tiers before it, in time that nobody else wants.
ahead: all-packages
	@echo "==> what later tiers need is made meanwhile; see .build/ahead.log"
	@SWIFT=$(SWIFT) .ci/ahead $$PPID .build/ahead.log

lint:
	@echo "==> lint"
	@$(SWIFT) format lint --recursive --strict --parallel $(FOLDERS)

# The images of the booth unit, for each board and display; see Firmware/README.md.
firmware:
	@echo "==> building the booth unit's images"
	@SWIFTC=$(SWIFTC) Firmware/Boards/build .build/firmware

# The same sources give the same bytes in any folder.
firmware-check: firmware
	@SWIFTC=$(SWIFTC) Firmware/Boards/check .build/firmware

# Every state of the tray hand-off, and the model's mutants; some two minutes.
model:
	@.ci/install $(MODEL_PACKAGES)
	@Tests/Simulation/Model/check

# Mistakes put into a copy of the core, each of which the simulator must catch; some four minutes.
mutants: test-packages
	@SWIFT=$(SWIFT) Tests/Simulation/Mutants/check

unit: packages
	@echo "==> unit tests: no daemons, no devices"
	@$(SWIFT) build --build-tests
	@.ci/real-time-test .build/waiting.log $(SWIFT) test --skip-build --filter '$(WAITING_TESTS)'
	@$(SWIFT) test --skip-build --filter '$(PAGE_TESTS)'
	@$(SWIFT) test --skip-build --skip '^(DaemonTests|FirmwareTests)\.' --skip '$(WAITING_TESTS)' \
	    --skip '$(PAGE_TESTS)'
	@.build/debug/nobat-fuzz Tests/Fuzz/Corpus

# Clinic days of fixed seeds and of fresh ones, which are told; some three minutes. The same seeds must
# give the same bytes in another process, however many run at once.
SEEDS ?= $(shell date +%s)
simulation: packages
	@echo "==> simulation: clinic days with every fault; fresh seeds from $(SEEDS)000 on"
	@$(SWIFT) build -c release --product nobat-sim
	@.build/release/nobat-sim run --seeds 1..2000 | tee .build/simulation.log
	@.build/release/nobat-sim run --seeds 1..100 --jobs 1 --quiet | grep -o 'digest .*' > .build/one.log
	@.build/release/nobat-sim run --seeds 1..100 --quiet | grep -o 'digest .*' | diff .build/one.log -
	@.build/release/nobat-sim run --seeds $(SEEDS)000..$(SEEDS)499 --quiet
	@.build/release/nobat-sim bench

daemons: test-packages build
	@echo "==> daemon tests: the real programs, software units behind ptys, cut wires, kills"
	@.ci/real-time-test .build/daemons.log $(SWIFT) test --no-parallel --filter '^DaemonTests\.'

# Central nodes that share a PostgreSQL server, of Debian's package; see Tests/Postgres. Nodes and the
# server are killed, frozen and cut off.
postgres: test-packages build
	@.ci/install $(POSTGRES_PACKAGES)
	@echo "==> postgres: the central's rows on a server, and nodes that take over from each other"
	@$(SWIFT) build --build-tests
	@Tests/Postgres/server run $(SWIFT) test --skip-build \
	    --filter '^StoreTests\.(Central|Server|Audit|Appointment)' | tee .build/postgres.log
	@Tests/Postgres/server run .ci/real-time-test .build/nodes.log $(SWIFT) test --skip-build --no-parallel \
	    --filter '^DaemonTests\..*NodesTests'
	@for log in postgres nodes; do \
	    grep -q 'Test run with [1-9]' .build/$$log.log || { echo "no $$log test ran"; exit 1; }; \
	    ! grep -q 'skipped' .build/$$log.log || { echo "a $$log test was skipped"; exit 1; }; done

# A gigabyte of garbage in each of five forms against the central's port while booths call; some minutes.
# `make daemons` sends 24 MiB of each.
flood: test-packages build
	@NOBAT_NOISE_MIB=1024 $(SWIFT) test --no-parallel --filter '^DaemonTests\..*KeyFloodTests'

# The programs of the release before this one, from the clone's own history, beside the present ones:
# each with the other's central or controllers, and databases taken over and back. The first time it
# builds those programs, some eight minutes of processor time; they stay in ~/.cache/nobat.
versions: test-packages build
	@echo "==> versions: the present programs with those of the previous release"
	@previous=$$(SWIFT=$(SWIFT) Tests/Versions/build-previous) && \
	    NOBAT_PREVIOUS=$$previous .ci/real-time-test .build/versions.log \
	    $(SWIFT) test --no-parallel --filter '^DaemonTests\..*VersionsTests'
	@! grep -q 'skipped' .build/versions.log || { echo "a test of versions was skipped"; exit 1; }

# The very images in QEMU, their pins read; masters that others have written; nobatd with four units.
emulated: test-packages firmware build
	@.ci/install-emulator .build/pymodbus
	@echo "==> firmware tests: the booth unit's image in QEMU, its pins decoded"
	@$(SWIFT) build --build-tests
	@.ci/real-time-test .build/emulated.log $(SWIFT) test --skip-build --no-parallel --filter '^FirmwareTests\.'

# The real programs in a virtual machine with kernel GPIO and UARTs; see Tests/Rig/README.md. The first
# time it builds that machine's kernel, and what differs in a nobatd against libgpiod 2.
rig: test-packages firmware build
	@.ci/install $(RIG_PACKAGES)
	@.ci/install-backports qemu-system-arm qemu-system-x86
	@$(SWIFT) build --product rig-units
	@SWIFT=$(SWIFT) Tests/Rig/nobatd-gpiod2 .build-gpiod2
	@echo "==> rig: kernel edges in, pins out, with libgpiod 1.6 and 2.1"
	@Tests/Rig/run

# The packages for arm64 on a Debian that boots, with buttons, displays, power cuts; see
# Tests/Board/README.md. The first time it makes that Debian, and what is cross-built with.
board: test-packages firmware build
	@NOBAT_DEB_COMPRESSION=none $(MAKE) deb ARCH=arm64 DEBS=.build/board-deb
	@.ci/install $(BOARD_PACKAGES)
	@.ci/install-backports qemu-system-arm
	@$(SWIFT) build --product rig-units
	@echo "==> board: installed on Debian for arm64, started by systemd, pressed and shown"
	@NOBAT_DEBS=.build/board-deb Tests/Board/run

peers: test-packages
	@echo "==> peers: a client and a central in Python, written from the protocol's page"
	@python3 Tests/Peers/selftest.py
	@echo "==> peers: the display drivers against pymodbus and two Alpha encoders"
	@SWIFT=$(SWIFT) Tests/Peers/Displays/check
	@echo "==> peers: a slip against python-escpos and two shapers of Persian"
	@SWIFT=$(SWIFT) Tests/Peers/Slips/check

scripted: build
	@echo "==> the demo's scripted morning"
	@.build/debug/nobat-demo --scripted </dev/null

# Every parser that faces outside, a minute each, by libFuzzer; see Tests/Fuzz/README.md.
fuzz: packages
	@.ci/install $(FUZZ_PACKAGES)
	@SWIFT=$(SWIFT) Tests/Fuzz/run

# Ten million lines, frames and exchanges of chance alone; some ten minutes.
fuzz-chance: packages
	@NOBAT_FUZZ_COUNT=10000000 $(SWIFT) test -c release -Xswiftc -enable-testing \
	    --scratch-path .build-fuzz/chance --filter 'LineProtocolTests.*Fuzz|BoothUnitTests.*Fuzz|DisplayDriversTests.*Fuzz'

# Controllers by the thousand against one central of release programs; see Tests/Load/README.md.
HOSTS ?= 5000
MINUTES ?= 30
load: packages
	@echo "==> load: $(HOSTS) controllers for $(MINUTES) min"
	@for program in nobat-central nobat-load; do $(SWIFT) build -c release --product $$program; done
	@.build/release/nobat-load --hosts $(HOSTS) --minutes $(MINUTES)

# The same with three hundred for a minute, by debug programs.
load-minute: packages build
	@echo "==> load: 300 controllers for a minute, their central killed amid it"
	@$(SWIFT) build --product nobat-load
	@.build/debug/nobat-load --hosts 300 --minutes 1 --acts 60 --tickets 4

# How fast and how small, each figure beside its peer or its physical limit, of the same run; a table, and
# .build/bench.json. One part alone with PART=press, a short look with QUICK=1, the rig too with RIG=1; see
# Tests/Bench/README.md. It never fails for being slow.
PART ?=
bench: packages
	@.ci/install $(BENCH_PACKAGES)
	@echo "==> building release programs (minutes at first)"
	@for program in $(BENCH_PROGRAMS); do $(SWIFT) build -c release --product $$program; done
	@echo "==> bench: nothing else should run on this machine meanwhile"
	@PYTHONDONTWRITEBYTECODE=1 Tests/Bench/run $(PART)

# Instructions of the decide path against those that are kept: fails when they grow by a tenth.
bench-guard: packages
	@.ci/install $(BENCH_PACKAGES)
	@$(SWIFT) build -c release --product nobat-guard
	@echo "==> bench-guard: instructions of the decide path"
	@PYTHONDONTWRITEBYTECODE=1 Tests/Bench/guard

# The clips of spoken calls, by espeak-ng; a clinic's own recordings take their place.
voice:
	@.ci/install $(VOICE_PACKAGES)
	@echo "==> recording the clips of spoken calls in .build/voice"
	@Sources/StatusPages/Voice/record .build/voice

# The pages in Debian's chromium, /metrics by Debian's promtool, and what two hundred boards cost;
# pictures in .build/pages.
pages: test-packages build voice
	@.ci/install $(PAGES_PACKAGES)
	@$(SWIFT) build --product pages-units
	@echo "==> pages: a browser looks at them; pictures in .build/pages"
	@python3 -m unittest discover --verbose --start-directory Tests/Pages --pattern '*_test.py'
	@echo "==> pages: two hundred boards at once"
	@python3 Tests/Pages/boards_cost.py

# The packages, by release programs that hold what differs between Debian 12 and 13; see .debian/README.md.
ARCH ?= $(shell dpkg --print-architecture)
DEBS ?= .build/deb
deb: packages firmware
	@.ci/install $(DEB_PACKAGES)
	@echo "==> building the programs for $(ARCH) (minutes at first)"
	@SWIFT=$(SWIFT) .debian/programs $(ARCH) .build/deb-programs/$(ARCH)
	@echo "==> making the packages in $(DEBS)"
	@[ "$(ARCH)" = "$$(dpkg --print-architecture)" ] || .ci/install qemu-user-static
	@[ "$(ARCH)" = "$$(dpkg --print-architecture)" ] || \
	    export NOBAT_RUN="qemu-aarch64-static -L $(CURDIR)/.build-sdk/sid/sdk/debian12-arm64.artifactbundle/debian12-arm64/sysroot"; \
	    .debian/build $(ARCH) .build/deb-programs/$(ARCH) $(DEBS)

# Packages in clean Debian 12 and 13: installed, upgraded with data, removed, purged; see Tests/Packages/README.md.
# They hold what the other tiers have built; those of "make deb" with CHECKED=.build/deb-programs/$(ARCH).
CHECKED ?= .build/checked-programs
deb-check: packages firmware build
	@.ci/install $(DEB_PACKAGES) $(DEB_TEST_PACKAGES)
	@echo "==> packages: installed, upgraded, refused, removed and purged in Debian 12 and 13"
	@[ "$(CHECKED)" != .build/checked-programs ] || $(SWIFT) build --product nobat
	@[ "$(CHECKED)" != .build/checked-programs ] || SWIFTC=$(SWIFTC) Tests/Packages/link .build/debug $(CHECKED)
	@Tests/Packages/check $(ARCH) $(CHECKED)

# Drawings are generated, so they stay out of the tree; their text sources are in Wiring/drawings.
wiring:
	@echo "==> drawing the sheets of Wiring/"
	@Wiring/drawings/draw .build/wiring

clean:
	rm -rf .build
