# The sample plugin, whole and with one rule broken each: $(BUILD)/tests/abi/sample.so, sample-<rule>.so. And the header
# in the languages it promises to compile in.

ABI_BROKEN := EXPORT MAJOR ID SHORT_HOST MANDATORY SILENT HOST_MAJOR SELF LATE_CALL SLOW_STOP LOCK SHARED URL ENDPOINT_SIZE \
              TOKEN FOREIGN_HOST MUTATION HEADERS MODULE PATH REPLY OPEN HEALTH PANEL MARKS
ABI_PLUGINS := $(BUILD)/tests/abi/sample.so $(patsubst %,$(BUILD)/tests/abi/sample-%.so,$(ABI_BROKEN))
ABI_HEADER := $(foreach l,c99 c11 c17 c++17,$(BUILD)/tests/abi/header-$(l).o)
ABI_BIN := $(ABI_PLUGINS) $(ABI_HEADER)

ABI_LD := -shared -Wl,-z,now -Wl,-z,relro -Wl,-z,nodelete $(if $(SANITIZE),,-Wl,-z,defs)
ABI_LIBS = -Wl,--start-group $(call lib,http base) -Wl,--end-group -lcivetweb -lm

$(BUILD)/tests/abi/sample.so: tests/abi/sample_plugin.c tests/abi/sample_ui.h host-api/tvp.h plugin/spanset.map $(call lib,http base)
	@mkdir -p $(@D)
	$(call say,cc,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -Itests/abi $(ABI_LD) -Wl,--version-script=plugin/spanset.map $(ALL_LDFLAGS) -o $@ $< $(ABI_LIBS)

# No version script here: BREAK_EXPORT would be hidden by it. The rest of what is linked is hidden already.
$(BUILD)/tests/abi/sample-%.so: tests/abi/sample_plugin.c tests/abi/sample_ui.h host-api/tvp.h plugin/spanset.map $(call lib,http base)
	@mkdir -p $(@D)
	$(call say,cc,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -DBREAK_$* -Itests/abi $(ABI_LD) $(if $(filter EXPORT,$*),,-Wl,--version-script=plugin/spanset.map) \
	  $(ALL_LDFLAGS) -o $@ $< $(ABI_LIBS)

# Strict, and only the header: a host's own flags must not make it warn.
ABI_STRICT := -Wall -Wextra -Wpedantic -Wpadded -Wshadow -Wconversion -Werror -Ihost-api -c
$(BUILD)/tests/abi/header-c++17.o: tests/abi/header_cxx.cc host-api/tvp.h
	@mkdir -p $(@D)
	$(call say,c++,$@)
	$(Q)g++ -std=c++17 $(ABI_STRICT) -o $@ $<
$(BUILD)/tests/abi/header-%.o: tests/abi/header.c host-api/tvp.h
	@mkdir -p $(@D)
	$(call say,cc,$@)
	$(Q)$(CC) -std=$* $(ABI_STRICT) -o $@ $<
