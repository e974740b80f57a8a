# Spanset. `make help` lists the targets. Everything is built below $(BUILD), nothing else in the tree is written
# (but webui/node_modules).

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
CORES := $(shell nproc 2>/dev/null || echo 2)
ifeq ($(MAKELEVEL),0) # a make below takes its share from the one above; -j on the command line wins
MAKEFLAGS += -j$(CORES)
endif

# One short line for each step; V=1 shows the commands.
V ?=
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-8s %s\n' '$(1)' '$(2)')

# SANITIZE=address | thread: a build of its own, beside the plain one.
SANITIZE ?=
BUILD    ?= build$(if $(SANITIZE),/$(SANITIZE))
CC       := $(if $(filter default undefined,$(origin CC)),gcc,$(CC))
CLANG    ?= clang
PREFIX   ?= /usr/local
DESTDIR  ?=
LIBDIR   ?= $(PREFIX)/lib
VERSION  := 0.1.0

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wvla -Wformat=2
ifneq ($(CI)$(WERROR),)
WARN += -Werror
endif
SAN_address := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
SAN_thread  := -fsanitize=thread -fno-omit-frame-pointer
SAN         := $(if $(SANITIZE),$(SAN_$(SANITIZE)))
OPT         ?= -O2
ALL_CFLAGS  := -std=c11 -D_GNU_SOURCE -DSPANSET_VERSION='"$(VERSION)"' $(OPT) -g -fPIC -fvisibility=hidden -pthread \
               $(WARN) $(SAN) -Iplugin -Ihost-api -Iexamples -I$(BUILD)/gen $(CFLAGS)
ALL_LDFLAGS := -pthread $(SAN) $(LDFLAGS)

.PHONY: all
all: $(BUILD)/viewer $(BUILD)/harness $(BUILD)/spanset.so

# ---- rooms: one archive each; a room links those below it ------------------------------------------------------

room_src = $(sort $(wildcard $(1)/*.c $(1)/*/*.c))
SRC_base     := $(call room_src,plugin/base)
SRC_spans    := $(call room_src,plugin/spans)
SRC_datainfo := $(call room_src,plugin/datainfo)
SRC_store    := $(call room_src,plugin/store)
SRC_service  := $(call room_src,plugin/service)
SRC_api      := $(call room_src,plugin/api)
SRC_http     := $(call room_src,plugin/http)
SRC_hostkit  := $(call room_src,examples/hostkit)
SRC_otlp     := $(call room_src,examples/otlp)
SRC_viewer   := $(filter-out examples/viewer/main.c,$(sort $(wildcard examples/viewer/*.c examples/viewer/store/*.c)))
ROOMS := base spans datainfo store service api http hostkit otlp viewer

obj = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
lib = $(patsubst %,$(BUILD)/lib/lib%.a,$(1))

define room_rule
$(BUILD)/lib/lib$(1).a: $(call obj,$(SRC_$(1)))
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(call say,ar,$$@)
	$(Q)ar rcs $$@ $$^
endef
$(foreach r,$(ROOMS),$(eval $(call room_rule,$(r))))

# What a room needs below itself, and the system libraries it brings.
NEEDS_base     := base
NEEDS_datainfo := datainfo base
NEEDS_spans    := spans base
NEEDS_store    := store base
NEEDS_service  := service datainfo store spans base
NEEDS_api      := api service datainfo store spans base
NEEDS_http     := http base
NEEDS_hostkit  := hostkit http base
NEEDS_otlp     := otlp base
NEEDS_viewer   := viewer hostkit otlp http datainfo base
SYS_base     := -lm
SYS_datainfo := -lm
SYS_store    := -lsqlite3 -lm
SYS_service  := -lsqlite3 -ljansson -lm
SYS_api      := -lsqlite3 -ljansson -lm
SYS_http     := -lcivetweb -lm
SYS_hostkit  := -lcivetweb -lcurl -ljansson -ldl -lm
SYS_otlp     := -lprotobuf-c -lz -lm
SYS_viewer   := -lcivetweb -lcurl -lsqlite3 -ljansson -lprotobuf-c -lz -ldl -lm

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,cc,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/%.o: $(BUILD)/gen/%.c
	@mkdir -p $(@D)
	$(call say,cc,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -Wno-conversion -Wno-pedantic -MMD -MP -c -o $@ $<

# Compiled in with .incbin, which the dependency files do not see.
$(BUILD)/obj/plugin/api/openapi.o: plugin/api/openapi.json
$(BUILD)/obj/examples/harness/samples.o: examples/harness/samples.json

# ---- generated code ---------------------------------------------------------------------------------------------

# Our own minimal .proto of the OTLP fields that are read; protobuf-c writes the (un)packer.
$(BUILD)/gen/otlp/otlp.pb-c.c $(BUILD)/gen/otlp/otlp.pb-c.h &: examples/otlp/otlp.proto
	@mkdir -p $(BUILD)/gen/otlp
	$(call say,protoc-c,$<)
	$(Q)protoc-c --c_out=$(BUILD)/gen/otlp --proto_path=examples/otlp otlp.proto
$(BUILD)/lib/libotlp.a: $(BUILD)/obj/otlp/otlp.pb-c.o
$(call obj,$(SRC_otlp)): | $(BUILD)/gen/otlp/otlp.pb-c.h

# ---- the UI: one build script, assets compiled in ---------------------------------------------------------------

UI_SRC := $(shell find webui examples/viewer/ui examples/harness/ui -name node_modules -prune -o -type f \
            \( -name '*.ts' -o -name '*.css' -o -name '*.html' -o -name '*.mjs' -o -name '*.svg' -o -name '*.json' \) -print 2>/dev/null)
UI_STAMP := $(BUILD)/webui/.built

webui/node_modules/.package-lock.json: webui/package-lock.json
	@command -v npm >/dev/null || { echo 'npm is missing: run "make deps"'; exit 1; }
	@node -e 'process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)' || \
	  { echo "The UI needs Node 18 or newer to build; this is $$(node --version)."; exit 1; }
	@echo 'Installing the UI packages (npm ci in webui/)'
	cd webui && npm ci --no-audit --no-fund
	@touch $@

$(UI_STAMP): $(UI_SRC) webui/node_modules/.package-lock.json
	@mkdir -p $(BUILD)/webui
	$(call say,node,webui/build.mjs)
	$(Q)cd webui && node build.mjs --out $(abspath $(BUILD))/webui
	@touch $@

$(BUILD)/gen/assets/%.S: $(UI_STAMP) webui/embed.mjs
	@mkdir -p $(@D)
	$(call say,node,$@)
	$(Q)node webui/embed.mjs --dir $(BUILD)/webui/$* --symbol $*_assets --out $@

.SECONDARY: $(patsubst %,$(BUILD)/gen/assets/%.S,spanset viewer harness)
$(BUILD)/obj/assets/%.o: $(BUILD)/gen/assets/%.S
	@mkdir -p $(@D)
	$(call say,as,$@)
	$(Q)$(CC) -c -fPIC -o $@ $<

# ---- products ----------------------------------------------------------------------------------------------------

PLUGIN_LIBS := $(call lib,http api service datainfo store spans base)
# Sanitized plugins are loaded into sanitized programs, so undefined runtime symbols are fine there (no -z defs).
PLUGIN_LD := -shared -Wl,-soname,spanset.so -Wl,--version-script=plugin/spanset.map \
             -Wl,-z,now -Wl,-z,relro -Wl,-z,nodelete $(if $(SANITIZE),,-Wl,-z,defs)

$(BUILD)/spanset.so: $(BUILD)/obj/plugin/entry.o $(BUILD)/obj/assets/spanset.o $(PLUGIN_LIBS) plugin/spanset.map
	$(call say,link,$@)
	$(Q)$(CC) $(PLUGIN_LD) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) -Wl,--start-group $(PLUGIN_LIBS) -Wl,--end-group \
	  -lcivetweb -lsqlite3 -ljansson -lm

$(BUILD)/viewer: $(BUILD)/obj/examples/viewer/main.o $(BUILD)/obj/assets/viewer.o $(call lib,$(NEEDS_viewer))
	$(call say,link,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(SYS_viewer)

SRC_harness := $(sort $(wildcard examples/harness/*.c))
$(BUILD)/harness: $(call obj,$(SRC_harness)) $(BUILD)/obj/assets/harness.o $(call lib,hostkit otlp http datainfo base)
	$(call say,link,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group \
	  -lcivetweb -lcurl -ljansson -lprotobuf-c -lz -ldl -lm

# ---- packages ----------------------------------------------------------------------------------------------------

APT_BUILD := gcc pkg-config libcivetweb-dev libsqlite3-dev libjansson-dev libcurl4-openssl-dev zlib1g-dev \
             libprotobuf-c-dev protobuf-c-compiler
APT_NODE  := nodejs npm ca-certificates
APT_TEST  := g++ libcmocka-dev clang libclang-rt-14-dev chromium-headless-shell fonts-inter fonts-noto-cjk \
             fonts-noto-core fonts-noto-color-emoji
APT_CHECK := clang-format clang-tidy cppcheck

# $(call apt_install,packages): installs those that are missing and says which; without root it prints the line.
define apt_install
	@missing=; for p in $(1); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then sudo=; elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo=sudo; else \
	    echo; echo "These Debian packages are missing. Please run:"; echo "  sudo apt-get install --no-install-recommends$$missing"; exit 1; fi; \
	  echo "Installing with apt-get:$$missing"; \
	  $$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null \
	    || { echo "apt-get could not install:$$missing"; exit 1; }; \
	fi
endef

.PHONY: deps deps-test deps-check
DEPS = $(APT_BUILD) $(if $(shell command -v npm 2>/dev/null),,$(APT_NODE))
deps: ## install what the build needs
	$(call apt_install,$(DEPS))
deps-test: ## install what the build and the tests need
	$(call apt_install,$(DEPS) $(APT_TEST))
deps-check:
	$(call apt_install,$(APT_CHECK))

# ---- run ---------------------------------------------------------------------------------------------------------

LISTEN ?= 127.0.0.1:7777
OTLP   ?= 127.0.0.1:4318
DATA   ?= $(BUILD)/data

.PHONY: run
run: deps ## build, then serve the viewer with sample traces at http://127.0.0.1:7777 (Ctrl-C stops it)
	@$(MAKE) --no-print-directory all
	@exec $(BUILD)/viewer --listen $(LISTEN) --otlp $(OTLP) --data $(DATA) --plugin $(BUILD)/spanset.so \
	  $$(test -e $(DATA)/viewer.db || echo --import examples/traces/*)

.PHONY: install
install: all ## install below $(DESTDIR)$(PREFIX): bin/spanset-viewer, bin/spanset-harness, lib/tvp/spanset.so, include/tvp.h
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(LIBDIR)/tvp $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(PREFIX)/share/doc/spanset
	install -m 755 $(BUILD)/viewer $(DESTDIR)$(PREFIX)/bin/spanset-viewer
	install -m 755 $(BUILD)/harness $(DESTDIR)$(PREFIX)/bin/spanset-harness
	install -m 644 $(BUILD)/spanset.so $(DESTDIR)$(LIBDIR)/tvp/spanset.so
	install -m 644 host-api/tvp.h $(DESTDIR)$(PREFIX)/include/tvp.h
	install -m 644 README.md $(DESTDIR)$(PREFIX)/share/doc/spanset/README.md
	install -m 644 host-api/README.md $(DESTDIR)$(PREFIX)/share/doc/spanset/host-api.md

include tests/tests.mk

# ---- housekeeping ------------------------------------------------------------------------------------------------

C_FILES := $(shell find host-api plugin examples tests -name '*.[ch]' -not -path '*/node_modules/*' 2>/dev/null)
.PHONY: format tidy clean help
format: deps-check ## clang-format all C in place, but for tvp.h, a manual laid out by hand
	clang-format -i $(filter-out host-api/%,$(C_FILES))
tidy: deps deps-check ## clang-tidy and cppcheck
	@$(MAKE) --no-print-directory $(BUILD)/gen/otlp/otlp.pb-c.h
	cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 -j$(CORES) \
	  --suppress=missingIncludeSystem -Iplugin -Ihost-api -Iexamples plugin examples
	@printf '%s\n' $(filter %.c,$(filter plugin/% examples/%,$(C_FILES))) | xargs -P$(CORES) -n4 sh -c 'clang-tidy --quiet "$$@" -- \
	  -std=c11 -D_GNU_SOURCE "-DSPANSET_VERSION=\"\"" -Iplugin -Ihost-api -Iexamples -I$(BUILD)/gen 2>$(BUILD)/tidy.$$$$ || \
	  { cat $(BUILD)/tidy.$$$$; exit 1; }' sh && rm -f $(BUILD)/tidy.*
	@echo 'cppcheck and clang-tidy have nothing to say.'
clean: ## remove what was built (not the packages in webui/node_modules)
	rm -rf build
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' Makefile tests/tests.mk | sed -E 's/^([a-z-]+):.*## (.*)/\1|\2/' | awk -F'|' '{printf "  make %-12s %s\n", $$1, $$2}'

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
