# What one does with a clone. Needs the Swift toolchain, 6.1 or later, and nothing else.
#
#   make demo      builds the command and runs the order saga three ways: shipped, declined, killed and resumed
#   make test      runs all tests
#   make install   copies an optimised build of the command to $(PREFIX)/bin
#   make format    formats the sources as CI wants them
#   make clean     removes what builds and runs left behind

SWIFT ?= swift
# Flags for every build, for instance SWIFT_FLAGS="-Xswiftc -warnings-as-errors", as CI has it.
SWIFT_FLAGS ?=
PREFIX ?= /usr/local

.PHONY: demo test install format clean toolchain

demo: toolchain
	$(SWIFT) build --product stepwell $(SWIFT_FLAGS)
	@.ci/demo "$$($(SWIFT) build --show-bin-path $(SWIFT_FLAGS))/stepwell"

# One test at a time: some compute for seconds, and on two cores they would keep the threads that others wait for.
test: toolchain
	$(SWIFT) test --no-parallel $(SWIFT_FLAGS)

install: toolchain
	$(SWIFT) build -c release --product stepwell $(SWIFT_FLAGS)
	mkdir -p "$(PREFIX)/bin"
	cp "$$($(SWIFT) build -c release --show-bin-path $(SWIFT_FLAGS))/stepwell" "$(PREFIX)/bin/stepwell"

format:
	$(SWIFT) format --in-place --recursive --configuration .swift-format Package.swift Sources Tests

clean:
	rm -rf .build .stepwell StateMachines/*/.stepwell

toolchain:
	@.ci/toolchain "$(SWIFT)"
