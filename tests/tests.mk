# The tests. `make test` runs all of it within 15 minutes; `make soak` and `make bench` hold the long ones.
#
#   unit/<room>_<what>.c   one cmocka program each, linked with that room and those below it
#   abi/                   the header in four language modes, pinned offsets, harness check, broken plugins
#   http/*.test.mjs        the running plugin and viewer over HTTP (node's test runner)
#   ui/*.test.mjs          a real browser (Playwright on Debian's Chromium)
#   fuzz/<what>.c          libFuzzer targets; their seeds also run as plain tests

UNIT_SRC := $(sort $(wildcard tests/unit/*.c))
UNIT_BIN := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(UNIT_SRC))
room_of   = $(firstword $(subst _, ,$(notdir $(1))))

define unit_rule
$(BUILD)/tests/unit/$(1): $(BUILD)/obj/tests/unit/$(1).o $(call lib,$(NEEDS_$(call room_of,$(1))))
	@mkdir -p $$(@D)
	$(CC) $(ALL_LDFLAGS) -o $$@ $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group \
	  -lcmocka $(SYS_$(call room_of,$(1)))
endef
$(foreach t,$(patsubst tests/unit/%.c,%,$(UNIT_SRC)),$(eval $(call unit_rule,$(t))))

# Shared helpers of tests: tests/unit/support/*.h are header-only.
$(BUILD)/obj/tests/unit/%.o: ALL_CFLAGS += -Itests/unit/support -DFIXTURES='"$(abspath tests/fixtures)"'

.PHONY: unit
unit: $(UNIT_BIN) ## the C unit tests alone
	@node tests/run.mjs unit $(UNIT_BIN)
