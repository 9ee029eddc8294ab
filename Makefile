# qmptop: one makefile for everything. `make help` lists the targets.
#
# CC, CFLAGS, CPPFLAGS, LDFLAGS, PREFIX and DESTDIR are the user's; what the
# project itself needs stands in the q_* variables. V=1 shows the commands.

VERSION := 0.1.0
PREFIX  ?= /usr/local
BUILD   ?= build
CFLAGS  ?= -O2 -g
FUZZ_SECONDS ?= 60
BENCH_SECONDS ?= 5
SOAK_MINUTES ?= 3

q_data     := $(PREFIX)/share/qmptop
q_warnings := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
              -Wswitch-enum -Wvla
q_harden   := -fstack-protector-strong -fPIE -D_FORTIFY_SOURCE=2
q_ldharden := -pie -Wl,-z,relro -Wl,-z,now

# SANITIZE=1 builds with ASan and UBSan, COVERAGE=1 with gcov; each in a folder of its own.
ifdef SANITIZE
q_harden   := -fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all \
              -fno-omit-frame-pointer
q_ldharden := -fsanitize=address,undefined
endif
# FUZZ=1 (clang) builds for the fuzz targets: sanitized, and telling libFuzzer where it goes.
ifdef FUZZ
q_fuzz     := address,undefined,float-cast-overflow
q_harden   := -fsanitize=fuzzer-no-link,$(q_fuzz) -fno-sanitize-recover=all \
              -fno-omit-frame-pointer
q_ldharden := -fsanitize=fuzzer,$(q_fuzz)
endif
# Only in its GNU dialect gcc has fork() and exec*() write the data first.
ifdef COVERAGE
q_harden   := -std=gnu11 --coverage -O0
q_ldharden := --coverage -Wl,--wrap=_exit
endif
ifdef WERROR
q_warnings += -Werror
endif

pkg = $(shell pkg-config $(1) $(2) 2>/dev/null || echo $(3))

q_defines  := -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700 -D_XOPEN_SOURCE_EXTENDED \
              -D_DEFAULT_SOURCE -DQMPTOP_VERSION='"$(VERSION)"' -DQMPTOP_DATADIR='"$(q_data)"'
q_cppflags := -I. $(q_defines)
q_cflags    = -std=c11 $(q_warnings) $(q_harden)
q_libs     := $(call pkg,--libs,ncursesw,-lncursesw -ltinfo) $(call pkg,--libs,json-c,-ljson-c) -lev
q_testlibs := $(call pkg,--libs,cmocka,-lcmocka)
q_vterm    := $(call pkg,--libs,vterm,-lvterm)

ifneq ($(V),1)
Q := @
say = @printf '  %-5s %s\n' $(1) $(2)
endif

.DEFAULT_GOAL := all
.SUFFIXES:
.DELETE_ON_ERROR:
.SECONDARY:

# ---- sources ---------------------------------------------------------------------------------

core_src := $(sort $(wildcard core/*.c))
qmp_src  := $(sort $(wildcard qmp/*.c))
tui_src  := $(sort $(filter-out tui/main.c,$(wildcard tui/*.c tui/*/*.c)))

objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))

libcore := $(BUILD)/libcore.a
libqmp  := $(BUILD)/libqmp.a
libtui  := $(BUILD)/libtui.a
program := $(BUILD)/qmptop

farm_src := $(sort $(wildcard tests/farm/*.c))
farm     := $(BUILD)/tests/qmp-farm

# Programs of their own: the rest of tests/bench is shared by bench and soak.
bench_own  := floor poll main soak
bench_src  := $(filter-out $(bench_own:%=tests/bench/%.c),$(sort $(wildcard tests/bench/*.c)))
bench_dir  := $(BUILD)/tests/bench
bench      := $(addprefix $(bench_dir)/,bench floor poll soak)

preload_src := $(sort $(wildcard tests/preload/*.c))
preloads    := $(patsubst %.c,$(BUILD)/%.so,$(preload_src))

support_src := $(sort $(wildcard tests/support/*.c))
libsupport  := $(BUILD)/tests/libsupport.a

tests_of  = $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/$(1)/test_*.c)))
core_tests := $(call tests_of,core)
qmp_tests  := $(call tests_of,qmp)
tui_tests  := $(call tests_of,tui)
qemu_tests := $(call tests_of,qemu)
torture_tests := $(call tests_of,torture)
tests      := $(core_tests) $(qmp_tests) $(tui_tests) $(torture_tests) $(qemu_tests)
fuzzers    := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))

all: $(program) ## build the program

# ---- compiling -------------------------------------------------------------------------------

# Other flags, another PREFIX or another compiler: everything is compiled anew.
flags = $(CC) $(q_cppflags) $(CPPFLAGS) $(q_cflags) $(CFLAGS)
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' "$(subst ",\",$(flags))" | cmp -s - $@ || printf '%s\n' "$(subst ",\",$(flags))" >$@

$(BUILD)/obj/%.o: %.c Makefile $(BUILD)/flags
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(q_cppflags) $(CPPFLAGS) $(q_cflags) $(CFLAGS) -MMD -MP -c -o $@ $<

define archive
	$(call say,AR,$@)
	@mkdir -p $(@D)
	$(Q)rm -f $@ && $(AR) rcs $@ $^
endef

$(libcore): $(call objects,$(core_src))
	$(archive)
$(libqmp): $(call objects,$(qmp_src))
	$(archive)
$(libtui): $(call objects,$(tui_src))
	$(archive)
$(libsupport): $(call objects,$(support_src))
	$(archive)

define link
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(q_ldharden) $(LDFLAGS) -o $@ $^ $(1) $(LDLIBS)
endef

$(program): $(BUILD)/obj/tui/main.o $(libtui) $(libqmp) $(libcore)
	$(call link,$(q_libs))

$(farm): $(call objects,$(farm_src))
	$(call link,)

# Loaded into any build of the program: no sanitizer, no coverage.
$(preloads): $(BUILD)/%.so: %.c Makefile $(BUILD)/flags
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(q_cppflags) $(CPPFLAGS) -std=c11 $(q_warnings) $(CFLAGS) -fPIC -shared $(LDFLAGS) \
	    -o $@ $< -ldl

$(bench_dir)/bench: $(call objects,tests/bench/main.c $(bench_src)) $(libsupport)
	$(call link,$(q_vterm) -lutil)
$(bench_dir)/soak: $(call objects,tests/bench/soak.c $(bench_src)) $(libsupport)
	$(call link,$(q_vterm) -lutil)
$(bench_dir)/floor: $(call objects,tests/bench/floor.c)
	$(call link,$(call pkg,--libs,json-c,-ljson-c) -lev)
$(bench_dir)/poll: $(call objects,tests/bench/poll.c) $(libqmp) $(libcore)
	$(call link,$(call pkg,--libs,json-c,-ljson-c) -lev)

# What a test may link shows what a room may know: core's tests get core and nothing else.
$(core_tests): $(BUILD)/tests/core/%: $(BUILD)/obj/tests/core/%.o $(libcore)
	$(call link,$(q_testlibs))
$(qmp_tests): $(BUILD)/tests/qmp/%: $(BUILD)/obj/tests/qmp/%.o $(libsupport) $(libqmp) $(libcore)
	$(call link,$(q_testlibs) $(call pkg,--libs,json-c,-ljson-c) -lev $(q_vterm) -lutil)
$(tui_tests) $(qemu_tests): $(BUILD)/tests/%: $(BUILD)/obj/tests/%.o $(libsupport) $(libtui) $(libqmp) $(libcore)
	$(call link,$(q_testlibs) $(q_libs) $(q_vterm) -lutil -lm)
$(tui_tests) $(qemu_tests): | $(program) $(farm) $(preloads)
# Calls of our own objects only: shared libraries have their functions as ever.
q_wrap       := malloc calloc realloc strdup strndup free send json_tokener_new_ex \
                json_object_new_object json_object_new_string json_object_new_int64 \
                json_object_new_uint64 json_object_new_boolean json_object_object_add \
                json_object_to_json_string_length fork pipe2 socketpair mkdtemp fdopendir \
                open_memstream memfd_create
torture_objs := $(call objects,$(filter-out tests/torture/test_%,$(wildcard tests/torture/*.c)))
$(torture_tests): $(BUILD)/tests/%: $(BUILD)/obj/tests/%.o $(torture_objs) $(libsupport) $(libtui) \
                  $(libqmp) $(libcore)
	$(call link,$(q_wrap:%=-Wl,--wrap=%) $(q_testlibs) $(q_libs) $(q_vterm) -lutil -lm)
ifdef COVERAGE
$(program) $(farm) $(tests) $(bench): $(BUILD)/obj/tests/coverage/exit.o
endif
# Only with FUZZ=1: main() comes from libFuzzer.
$(fuzzers): $(BUILD)/tests/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(libqmp) $(libcore)
	$(call link,$(call pkg,--libs,json-c,-ljson-c) -lev -lm)

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

# ---- running ---------------------------------------------------------------------------------

# deps.sh installs what is missing (and says so), then make starts anew to see it.
demo: ## show real jobs of a real qemu-storage-daemon (installs what is missing)
	@.ci/deps.sh build demo
	@$(MAKE) --no-print-directory all
	@PATH="$${QEMU_BIN_DIR:+$$QEMU_BIN_DIR:}$$PATH" $(program) --demo

test: ## build and run every test (installs what is missing)
	@.ci/deps.sh build qemu ssh test
	@$(MAKE) --no-print-directory run-tests

test-asan: ## every test under AddressSanitizer and UBSan
	@.ci/deps.sh build qemu ssh test
	@$(MAKE) --no-print-directory run-tests BUILD=$(BUILD)/asan SANITIZE=1 CFLAGS='-O1 -g'

test-qemu: ## only the tests against a real QEMU (QEMU_BIN_DIR=... names another build)
	@.ci/deps.sh build qemu ssh test
	@$(MAKE) --no-print-directory run-tests tests='$$(qemu_tests)'

run-tests: $(program) $(tests)
	@QMPTOP=$(abspath $(program)) tests/run.sh $(tests)

# The time is each target's; two run side by side.
fuzz: ## libFuzzer over stream, message, session and text (FUZZ_SECONDS=60 each)
	@.ci/deps.sh build fuzz
	@$(MAKE) --no-print-directory fuzzers BUILD=$(BUILD)/fuzz FUZZ=1 CC=clang CFLAGS='-O1 -g'
	@tests/fuzz/run.sh $(BUILD)/fuzz $(FUZZ_SECONDS)

fuzzers: $(fuzzers)

# What an earlier run has left is of other tests, or of other sources: then gcov complains.
coverage: ## lines and branches of core, qmp and tui that the tests reach
	@.ci/deps.sh build qemu ssh test
	@mkdir -p $(BUILD)/coverage
	@find $(BUILD)/coverage -name '*.gcda' -delete
	@$(MAKE) --no-print-directory run-tests BUILD=$(BUILD)/coverage COVERAGE=1 CFLAGS=-g
	@tests/coverage.sh $(BUILD)/coverage

bench: ## figures beside the least client, htop and top (BENCH_SECONDS=5 each)
	@.ci/deps.sh build test bench
	@$(MAKE) --no-print-directory $(program) $(farm) benches
	@$(bench_dir)/bench $(BUILD) $(BENCH_SECONDS)

soak: ## memory, descriptors and CPU on sockets that never rest (SOAK_MINUTES=3)
	@.ci/deps.sh build test
	@$(MAKE) --no-print-directory $(program) $(farm) benches
	@$(bench_dir)/soak $(BUILD) $(SOAK_MINUTES)

benches: $(bench)

layers: $(libcore) ## check the walls between the rooms
	@BUILD=$(BUILD) tests/layers.sh

lint: ## gcc and clang with -Werror, cppcheck, clang-tidy
	@.ci/deps.sh build test lint
	@$(MAKE) --no-print-directory everything BUILD=$(BUILD)/lint-gcc CC=gcc WERROR=1
	@$(MAKE) --no-print-directory everything BUILD=$(BUILD)/lint-clang CC=clang WERROR=1
	@$(MAKE) --no-print-directory cppcheck tidy

cppcheck:
	$(call say,CHECK,$@)
	$(Q)cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
	    --error-exitcode=1 --suppress=missingIncludeSystem -I. $(q_defines) core qmp tui

# One stamp a source, so that they are checked side by side and once.
tidied := $(patsubst %.c,$(BUILD)/tidy/%.ok,$(core_src) $(qmp_src) $(tui_src) tui/main.c)

tidy: $(tidied)

$(BUILD)/tidy/%.ok: %.c .clang-tidy $(wildcard core/*.h qmp/*.h tui/*.h tui/*/*.h)
	$(call say,TIDY,$<)
	@mkdir -p $(@D)
	$(Q)clang-tidy --quiet $< -- -std=c11 $(q_cppflags) >$(@:.ok=.log) 2>&1 || \
	    { cat $(@:.ok=.log); exit 1; }
	@touch $@

everything: $(program) $(tests) $(farm) $(preloads) $(bench)

format: ## run clang-format over the C sources
	clang-format -i core/*.[ch] qmp/*.[ch] $(wildcard tui/*.[ch] tui/*/*.[ch]) $(wildcard tests/*/*.[ch])

# ---- installing ------------------------------------------------------------------------------

install: $(program) ## install below $(DESTDIR)$(PREFIX)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(q_data)/themes
	install -m 755 $(program) $(DESTDIR)$(PREFIX)/bin/qmptop
	install -m 644 themes/*.json $(DESTDIR)$(q_data)/themes

uninstall: ## take it away again
	rm -f $(DESTDIR)$(PREFIX)/bin/qmptop
	rm -rf $(DESTDIR)$(q_data)

dist: ## a source archive of the last commit
	@mkdir -p $(BUILD)
	git archive --prefix=qmptop-$(VERSION)/ -o $(BUILD)/qmptop-$(VERSION).tar.gz HEAD

clean: ## remove the build folder
	rm -rf $(BUILD)

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|' 2>/dev/null || \
	    sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1: \2/p' Makefile

.PHONY: FORCE all demo bench benches soak fuzz fuzzers test test-asan test-qemu run-tests coverage layers lint cppcheck tidy everything \
        format install uninstall dist clean help
