// The receiving side of the chip's UART as its interrupt works: Ctrl-C interrupts, all else waits to be read.
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "py/runtime.h"
#include "shared/runtime/interrupt_char.h"
#include "twin_console.h"
#include "twin_irq.h"

#define ROOM (260) // as the chip's buffer

static uint8_t waiting[ROOM];
static volatile uint32_t come, taken;
static volatile bool is_open;

void twin_console_open(void) {
    is_open = getenv("TWIG_TWIN_SERIAL") != NULL;
    if (is_open) {
        fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
    }
}

bool twin_console_is_open(void) {
    return is_open;
}

void twin_console_tick(void) {
    uint8_t byte;
    ssize_t got = -1;
    while (is_open && come - taken < ROOM && (got = read(STDIN_FILENO, &byte, 1)) == 1) {
        if (byte == mp_interrupt_char) {
            mp_sched_keyboard_interrupt();
        } else {
            waiting[come++ % ROOM] = byte;
        }
    }
    if (got == 0) {
        is_open = false;
    }
}

int twin_console_take(void) {
    uint32_t before = twin_irq_hold();
    twin_console_tick();
    twin_irq_restore(before);
    return come == taken ? -1 : waiting[taken++ % ROOM];
}
