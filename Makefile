# SPDX-License-Identifier: Apache-2.0
#
# make demo   a central and a hall of four booths on this machine; play with it
# make test   every tier of tests, as continuous integration runs them
# make firmware   the booth unit's images, for each board
# make voice      the clips of spoken calls, in .build/voice
# make wiring     the drawings of the sheets in Wiring/, as SVG in .build/wiring
#
# They install what they need from Debian when it is missing, and say so.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# What the sources build with, what the programs need, and what the tests drive them with.
PACKAGES := git pkg-config libgpiod-dev libserialport-dev libsqlite3-dev tzdata libpango1.0-dev fonts-farsiweb
TEST_PACKAGES := python3 util-linux stm32flash curl
MODEL_PACKAGES := spin gcc libc6-dev
VOICE_PACKAGES := python3 espeak-ng
PAGES_PACKAGES := chromium fonts-noto-core prometheus
RIG_PACKAGES := busybox-static udev e2fsprogs gcc libc6-dev make flex bison bc libelf-dev lz4 xz-utils

# Tests that wait for other threads and for sockets; they run apart from those that use every core.
WAITING_TESTS := ^(UplinkTests|HardwareTests|DaemonSupportTests|NobatCentralTests|NobatDemoTests)\.
PAGE_TESTS := ^StatusPagesTests\.

SWIFT ?= swift
SWIFTC ?= $(SWIFT:%swift=%swiftc)
FOLDERS := Package.swift Sources Tests Firmware
PROGRAMS := nobatd nobat-central nobatctl nobat-demo nobat-slip

.PHONY: help demo test build packages test-packages lint firmware firmware-check unit daemons emulated rig scripted peers \
    model mutants simulation fuzz bench wiring voice pages clean

help:
	@sed -n 's/^# \{0,1\}//p' Makefile | sed -n '3,9p'

packages:
	@.ci/install $(PACKAGES)

test-packages: packages
	@.ci/install $(TEST_PACKAGES)

build: packages
	@echo "==> building the programs (minutes at first, seconds after)"
	@for program in $(PROGRAMS); do $(SWIFT) build --product $$program; done

demo: build
	@.build/debug/nobat-demo

test: test-packages lint wiring firmware-check model unit simulation mutants daemons emulated rig peers pages scripted
	@echo "==> every tier passed: lint, drawings, images, model, unit, simulation, mutants, daemons, emulated, rig, peers, pages, scripted demo"

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
	@$(SWIFT) test --skip-build --filter '$(WAITING_TESTS)'
	@$(SWIFT) test --skip-build --filter '$(PAGE_TESTS)'
	@$(SWIFT) test --skip-build --skip '^(DaemonTests|FirmwareTests)\.' --skip '$(WAITING_TESTS)' \
	    --skip '$(PAGE_TESTS)'

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
	@$(SWIFT) test --no-parallel --filter '^DaemonTests\.' | tee .build/daemons.log
	@grep -q 'Test run with [1-9]' .build/daemons.log || { echo "no daemon test ran"; exit 1; }

# The very images in QEMU, their pins read; masters that others have written; nobatd with four units.
emulated: test-packages firmware build
	@.ci/install-emulator .build/pymodbus
	@echo "==> firmware tests: the booth unit's image in QEMU, its pins decoded"
	@$(SWIFT) build --build-tests
	@$(SWIFT) test --skip-build --no-parallel --filter '^FirmwareTests\.' | tee .build/emulated.log
	@grep -q 'Test run with [1-9]' .build/emulated.log || { echo "no firmware test ran"; exit 1; }

# The real programs in a virtual machine with kernel GPIO and UARTs; see Tests/Rig/README.md. The first
# time it builds that machine's kernel, and what differs in a nobatd against libgpiod 2.
rig: test-packages firmware build
	@.ci/install $(RIG_PACKAGES)
	@.ci/install-backports qemu-system-arm qemu-system-x86
	@$(SWIFT) build --product rig-units
	@SWIFT=$(SWIFT) Tests/Rig/nobatd-gpiod2 .build-gpiod2
	@echo "==> rig: kernel edges in, pins out, with libgpiod 1.6 and 2.1"
	@Tests/Rig/run

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

# Ten million lines, frames and exchanges; some ten minutes.
fuzz: packages
	@NOBAT_FUZZ_COUNT=10000000 $(SWIFT) test -c release -Xswiftc -enable-testing \
	    --scratch-path .build-fuzz --filter 'LineProtocolTests.*Fuzz|BoothUnitTests.*Fuzz|DisplayDriversTests.*Fuzz'

# Press to wire, over ten thousand presses of release programs.
bench: packages
	@for program in nobatd nobat-central; do $(SWIFT) build -c release --product $$program; done
	@NOBAT_BENCH=1 NOBAT_BIN=$(CURDIR)/.build/release $(SWIFT) test --no-parallel --filter PressTimeBench

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

# Drawings are generated, so they stay out of the tree; their text sources are in Wiring/drawings.
wiring:
	@echo "==> drawing the sheets of Wiring/"
	@Wiring/drawings/draw .build/wiring

clean:
	rm -rf .build
