// Boots a virtual chip as upstream's main.c does, or runs one script of the host.
//   twin [--heap BYTES]                    boot; TWIG_TWIN_DIR holds flash.bin and state.bin
//   twin [--heap BYTES] SCRIPT [ARG...]    run a script with the host's files
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "py/builtin.h"
#include "py/compile.h"
#include "py/gc.h"
#include "py/mphal.h"
#include "py/runtime.h"
#include "py/stackctrl.h"
#include "extmod/vfs.h"
#include "extmod/vfs_posix.h"
#include "shared/readline/readline.h"
#include "shared/runtime/pyexec.h"
#include "sdk/user_interface.h"
#include "twin_chip.h"
#include "twin_console.h"
#include "twin_gc.h"
#include "twin_irq.h"
#include "twin_pin.h"
#include "twin_state.h"
#include "twin_wifi.h"

#define SCRIPT_STACK_BYTES (65536) // test suites of the host may nest deeper than the chip

void twin_sdk_boot(void);

static void vm_start(size_t heap_bytes, size_t stack_bytes) {
    void *heap = malloc(heap_bytes);
    mp_stack_set_limit(stack_bytes);
    mp_hal_init();
    gc_init(heap, (char *)heap + heap_bytes);
    mp_init();
}

static void rom_loader(void) {
    twin->mode = MODE_ROM_LOADER;
    for (;;) {
        pause();
    }
}

// Until Ctrl-D: the chip then begins anew without a reset, which is not built here.
static void repl(void) {
    int end = 0;
    while (!end && twin_console_is_open()) {
        end = pyexec_mode_kind == PYEXEC_MODE_RAW_REPL ? pyexec_raw_repl() : pyexec_friendly_repl();
    }
}

static int boot(size_t heap_bytes) {
    twin_state_open(getenv("TWIG_TWIN_DIR"));
    twin_sdk_boot();
    if (twin->pins[0].input == INPUT_LOW) {
        rom_loader();
    }
    twin_wifi_boot();
    vm_start(heap_bytes, CHIP_STACK_BYTES);
    mp_obj_list_append(mp_sys_path, MP_OBJ_NEW_QSTR(MP_QSTR__slash_lib));
    mp_obj_list_append(mp_sys_path, MP_OBJ_NEW_QSTR(MP_QSTR__slash_));
    pin_init0();
    readline_init0();
    twin_console_open();
    twin_irq_start();
    twin->heap_start = twin_heap_free();
    pyexec_frozen_module("_boot.py", false);
    twin->heap_booted = twin_heap_free();
    if (pyexec_file_if_exists("boot.py") != 0 || CHIP_MAIN_AFTER_ERROR) {
        twin->heap_min = twin->heap_free;
        twin->main_started = 1;
        pyexec_file_if_exists("main.py");
    }
    repl();
    twin_halt(EXIT_REPL, twin->reset_cause);
}

static void script_prepare(int argc, char **argv) {
    mp_obj_t args[2] = {
        MP_OBJ_TYPE_GET_SLOT(&mp_type_vfs_posix, make_new)(&mp_type_vfs_posix, 0, 0, NULL),
        MP_OBJ_NEW_QSTR(qstr_from_str("/")),
    };
    mp_vfs_mount(2, args, (mp_map_t *)&mp_const_empty_map);
    MP_STATE_VM(vfs_cur) = MP_STATE_VM(vfs_mount_table);
    const char *slash = strrchr(argv[0], '/');
    size_t length = slash ? slash - argv[0] : 1;
    mp_obj_list_store(mp_sys_path, MP_OBJ_NEW_SMALL_INT(0), mp_obj_new_str(slash ? argv[0] : ".", length));
    for (int i = 0; i < argc; i++) {
        mp_obj_list_append(mp_sys_argv, mp_obj_new_str(argv[i], strlen(argv[i])));
    }
}

static void to_stderr(void *env, const char *text, size_t length) {
    fwrite(text, 1, length, stderr);
}

static int script_error(mp_obj_t exception) {
    static const mp_print_t errors = {NULL, to_stderr};
    if (!mp_obj_is_subclass_fast(MP_OBJ_FROM_PTR(mp_obj_get_type(exception)), MP_OBJ_FROM_PTR(&mp_type_SystemExit))) {
        mp_obj_print_exception(&errors, exception);
        return 1;
    }
    mp_obj_t value = mp_obj_exception_get_value(exception);
    mp_int_t code = 1;
    return value == mp_const_none ? 0 : mp_obj_get_int_maybe(value, &code) ? code : 1;
}

static int script(size_t heap_bytes, int argc, char **argv) {
    twin->started_ns = twin_now_ns();
    twin->station_status = STATION_GOT_IP;
    vm_start(heap_bytes, SCRIPT_STACK_BYTES);
    twin_irq_start();
    nlr_buf_t nlr;
    if (nlr_push(&nlr) != 0) {
        return script_error(MP_OBJ_FROM_PTR(nlr.ret_val));
    }
    script_prepare(argc, argv);
    qstr name = qstr_from_str(argv[0]);
    mp_parse_tree_t tree = mp_parse(mp_lexer_new_from_file(name), MP_PARSE_FILE_INPUT);
    mp_call_function_0(mp_compile(&tree, name, false));
    nlr_pop();
    return 0;
}

int main(int argc, char **argv) {
    mp_stack_ctrl_init();
    setvbuf(stdout, NULL, _IONBF, 0);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGUSR1, SIG_IGN); // a press before the interrupts are set up must not end the process
    if (getenv("TWIG_TWIN_DIE_WITH_PARENT") != NULL) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    }
    size_t heap_bytes = CHIP_HEAP_BYTES;
    int first = 1;
    if (argc > 2 && strcmp(argv[1], "--heap") == 0) {
        heap_bytes = strtoul(argv[2], NULL, 10);
        first = 3;
    }
    if (argc > first) {
        return script(heap_bytes, argc - first, argv + first);
    }
    if (getenv("TWIG_TWIN_DIR") == NULL) {
        fprintf(stderr, "TWIG_TWIN_DIR must name the directory of flash.bin and state.bin\n");
        return 2;
    }
    return boot(heap_bytes);
}

void nlr_jump_fail(void *value) {
    fprintf(stderr, "NLR jump failed\n");
    abort();
}
