# The tests. `make test` runs all of it within 15 minutes; `make soak` and `make bench` hold the long ones.
#
#   unit/<room>_<what>.c   one cmocka program each, linked with that room and those below it
#   abi/                   the header in four language modes, pinned offsets, harness check, broken plugins
#   http/*.test.mjs        the running plugin and viewer over HTTP (node's test runner)
#   webui/*.test.mjs       the UI's pure modules in node
#   ui/*.test.mjs          a real browser (Playwright on Debian's Chromium)
#   fuzz/<room>_<what>.c   libFuzzer targets; their seeds also run as plain tests
#   soak/, bench/          long runs and measurements, never part of `make test`

UNIT_SRC  := $(sort $(wildcard tests/unit/*.c))
UNIT_BIN  := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(UNIT_SRC))
FUZZ_SRC  := $(filter-out %_main.c,$(sort $(wildcard tests/fuzz/*.c)))
FUZZ_NAMES := $(patsubst tests/fuzz/%.c,%,$(FUZZ_SRC))
REPLAY_BIN := $(patsubst %,$(BUILD)/tests/fuzz/%-replay,$(FUZZ_NAMES))
SOAK_BIN  := $(patsubst tests/soak/%.c,$(BUILD)/tests/soak/%,$(sort $(wildcard tests/soak/*.c)))
BENCH_BIN := $(patsubst tests/bench/%.c,$(BUILD)/tests/bench/%,$(sort $(wildcard tests/bench/*.c)))
# unit/service_undo.c, soak/store_kill.c: the word before the first _ is the room.
room_of    = $(firstword $(subst _, ,$(notdir $(1))))

# $(1) directory below tests/, $(2) name, $(3) further libraries
define test_program
$(BUILD)/tests/$(1)/$(2): $(BUILD)/obj/tests/$(1)/$(2).o $(call lib,$(NEEDS_$(call room_of,$(2))))
	@mkdir -p $$(@D)
	$$(call say,link,$$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $$@ $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group \
	  $(3) $(SYS_$(call room_of,$(2)))
endef
$(foreach t,$(patsubst tests/unit/%.c,%,$(UNIT_SRC)),$(eval $(call test_program,unit,$(t),-lcmocka)))
$(foreach t,$(notdir $(SOAK_BIN)),$(eval $(call test_program,soak,$(t),-lcmocka)))
$(foreach t,$(notdir $(BENCH_BIN)),$(eval $(call test_program,bench,$(t),-ljansson)))
$(BUILD)/obj/tests/%.o: ALL_CFLAGS += -Itests/unit/support -Itests/bench -DFIXTURES='"$(abspath tests/fixtures)"'

$(BUILD)/obj/tests/bench/otlp_decode.o: | $(BUILD)/gen/otlp/otlp.pb-c.h

# A fuzz target and, for plain runs over its seeds, the same target with a main that reads files.
define fuzz_program
$(BUILD)/tests/fuzz/$(1)-replay: $(BUILD)/obj/tests/fuzz/$(1).o $(BUILD)/obj/tests/fuzz/replay_main.o $(call lib,$(NEEDS_$(call room_of,$(1))))
	@mkdir -p $$(@D)
	$$(call say,link,$$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $$@ $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group $(SYS_$(call room_of,$(1)))
endef
$(foreach t,$(FUZZ_NAMES),$(eval $(call fuzz_program,$(t))))

-include tests/abi/abi.mk

.PHONY: tests-build test check check-asan check-tsan fuzz soak bench unit
tests-build: all $(UNIT_BIN) $(REPLAY_BIN) $(ABI_BIN)

# The browser tests need node 20 or newer: the one there, else the one that npm ci brought (an optional dependency).
NODE20 = $$(node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' 2>/dev/null && command -v node || ls $(CURDIR)/webui/node_modules/node-linux-*/bin/node | head -n 1)

test: deps-test ## install what is missing, build, run all tests; ends with "N passed, N failed"
	@$(MAKE) --no-print-directory tests-build
	@$(MAKE) --no-print-directory tests-build SANITIZE=address OPT=-O1
	@node=$(NODE20); "$$node" tests/run.mjs --build $(BUILD) --sanitized $(BUILD)/address --node "$$node" unit fuzz-seeds types webui abi http ui

unit: $(UNIT_BIN) ## the C unit tests alone
	@node tests/run.mjs --build $(BUILD) unit

check-asan: deps-test ## unit, abi and HTTP tests under ASan and UBSan
	@$(MAKE) --no-print-directory tests-build SANITIZE=address OPT=-O1
	@node=$(NODE20); "$$node" tests/run.mjs --build build/address --sanitizer address --node "$$node" unit fuzz-seeds abi http

check-tsan: deps-test ## the threaded tests under TSan
	@$(MAKE) --no-print-directory SANITIZE=thread OPT=-O1 tests-build
	@node=$(NODE20); "$$node" tests/run.mjs --build build/thread --sanitizer thread --node "$$node" unit http

FUZZ_SECONDS ?= 60
FUZZ_BUILD   := build/fuzz
fuzz: deps-test ## every libFuzzer target for FUZZ_SECONDS (60) under ASan and UBSan
	@$(MAKE) --no-print-directory BUILD=$(FUZZ_BUILD) CC=$(CLANG) OPT=-O1 \
	  SANITIZE= CFLAGS="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined" \
	  LDFLAGS="-fsanitize=fuzzer,address,undefined" fuzz-targets
	@for t in $(FUZZ_NAMES); do echo "fuzzing $$t for $(FUZZ_SECONDS) s"; mkdir -p $(FUZZ_BUILD)/corpus/$$t; \
	  $(FUZZ_BUILD)/tests/fuzz/$$t -max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=4096 -timeout=10 $$(test -f tests/fuzz/$$t.dict && echo -dict=tests/fuzz/$$t.dict) \
	    -artifact_prefix=$(FUZZ_BUILD)/finding-$$t- $(FUZZ_BUILD)/corpus/$$t $$(test -d tests/fixtures/fuzz/$$t && echo tests/fixtures/fuzz/$$t) \
	    >$(FUZZ_BUILD)/$$t.log 2>&1 || { tail -n 60 $(FUZZ_BUILD)/$$t.log; exit 1; }; \
	  sed -n 's/^Done/  done:/p' $(FUZZ_BUILD)/$$t.log; done
	@echo "no finding in: $(FUZZ_NAMES)"

.PHONY: fuzz-targets
fuzz-targets: $(patsubst %,$(BUILD)/tests/fuzz/%,$(FUZZ_NAMES))
define fuzz_target
$(BUILD)/tests/fuzz/$(1): $(BUILD)/obj/tests/fuzz/$(1).o $(call lib,$(NEEDS_$(call room_of,$(1))))
	@mkdir -p $$(@D)
	$$(call say,link,$$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $$@ $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group $(SYS_$(call room_of,$(1)))
endef
$(foreach t,$(FUZZ_NAMES),$(eval $(call fuzz_target,$(t))))

soak: deps-test $(SOAK_BIN) ## the long tests: kill -9, threads under TSan, fuzzing, the screenshot matrix
	@for p in $(SOAK_BIN); do echo "$$p"; "$$p" || exit 1; done
	@$(MAKE) --no-print-directory check-tsan
	@$(MAKE) --no-print-directory fuzz
	@node=$(NODE20); BUILD=$(abspath $(BUILD)) "$$node" tests/soak/screenshots.mjs --out $(BUILD)/screenshots

bench: deps all $(BENCH_BIN) ## measurements beside bare SQLite and libc loops; prints ratios
	@for p in $(BENCH_BIN); do echo "== $$(basename $$p)"; "$$p" || exit 1; done
