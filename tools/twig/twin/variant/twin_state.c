// Maps the shared state; leaves a trace of everything that happens to a pin.
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "py/mphal.h"
#include "twin_flash.h"
#include "twin_pin.h"
#include "twin_state.h"

_Static_assert(sizeof(twin_state_t) <= TWIN_STATE_SIZE, "state grew out of its file");
_Static_assert(offsetof(twin_state_t, ring) % 8 == 0, "the host aligns 64-bit fields to 8, i386 to 4");

static twin_state_t alone; // a script runs without a host
twin_state_t *twin = &alone;

static void *map(const char *directory, const char *name, size_t size) {
    char path[512];
    snprintf(path, sizeof(path), "%s/%s", directory, name);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    void *memory = fd < 0 ? MAP_FAILED : mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED) {
        perror(path);
        exit(1);
    }
    if (size == FLASH_SIZE) { // the chip's memory-mapped flash, where upstream's code expects it
        mmap((void *)FLASH_MAPPED, size, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0);
    }
    close(fd);
    return memory;
}

void twin_state_open(const char *directory) {
    twin = map(directory, "state.bin", TWIN_STATE_SIZE);
    if (twin->magic != TWIN_MAGIC || twin->version != TWIN_VERSION) {
        fprintf(stderr, "state.bin is not of version %d: run the host's and the twin's same version\n", TWIN_VERSION);
        exit(1);
    }
    twin_flash = map(directory, "flash.bin", FLASH_SIZE);
    twin->pid = getpid();
    twin->mode = MODE_RUNNING;
    twin->started_ns = twin_now_ns();
    twin->main_started = 0;
    twin->wdt_armed = 0;
    twin->tcp_open = 0;
    twin->uart_baud = 0;
    twin->ap_stations = 0;
    twin->boots++;
}

void twin_pin_edge(int pin, int level, int kind) {
    twin_edge_t *edge = &twin->ring[twin->edges % TWIN_EDGES];
    *edge = (twin_edge_t) {twin_now_ns(), pin, level, kind, 0, twin->boots};
    __sync_synchronize();
    twin->edges++;
}

void twin_pins_release(void) {
    for (int i = 0; i < TWIN_PINS; i++) {
        twin_pin_t *pin = &twin->pins[i];
        bool driven = pin->mode != 0;
        pin->mode = pin->pull = pin->out = pin->trigger = pin->hard = 0;
        pin->level = twin_pin_level(i);
        if (driven) {
            twin_pin_edge(i, pin->level, EDGE_RELEASED);
        }
    }
}

_Noreturn void twin_halt(int code, uint32_t cause) {
    twin_irq_hold();
    twin_pins_release();
    if (code == EXIT_POWER_CUT) {
        memset(twin->rtc, 0, sizeof(twin->rtc));
        twin->uart_sent = 0; // who listens has lost its power too
    }
    twin->reset_cause = cause;
    twin->pid = 0;
    twin->mode = code == EXIT_REPL ? MODE_REPL : MODE_OFF;
    _exit(code);
}
