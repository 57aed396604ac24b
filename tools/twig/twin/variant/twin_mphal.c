// Clock, console and sleeping. While it sleeps the event loop runs, as the chip's does.
#include <stdio.h>
#include <sys/random.h>
#include <time.h>

#include "py/mphal.h"
#include "py/runtime.h"
#include "shared/readline/readline.h"
#include "sdk/user_interface.h"
#include "ports/esp8266/ets_alt_task.h"
#include "twin_console.h"
#include "twin_irq.h"
#include "twin_state.h"
#include "twin_timer.h"

static void console(void *env, const char *text, size_t length) {
    mp_hal_stdout_tx_strn(text, length);
}

const mp_print_t mp_debug_print = {NULL, console};

uint64_t twin_now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000ull + now.tv_nsec;
}

uint64_t twin_now_ms(void) {
    return twin_now_ns() / 1000000;
}

static uint64_t uptime_us(void) {
    return (twin_now_ns() - twin->started_ns) / 1000;
}

uint32_t system_get_time(void) {
    return uptime_us();
}

mp_uint_t mp_hal_ticks_us(void) {
    return uptime_us();
}

mp_uint_t mp_hal_ticks_ms(void) {
    return uptime_us() / 1000;
}

uint64_t mp_hal_time_ns(void) {
    return pyb_rtc_get_us_since_epoch() * 1000ull;
}

void mp_hal_init(void) {
    mp_hal_rtc_init();
}

// One turn of the chip's event loop: timers, and food for the watchdog unless WDT() was called.
bool ets_loop_iter(void) {
    if (ets_loop_iter_disable || twin_in_irq()) {
        return false;
    }
    if (!ets_loop_dont_feed_sw_wdt) {
        system_soft_wdt_feed();
    }
    return twin_timers_run();
}

void twin_wait_ms(uint32_t timeout_ms) {
    uint32_t next = twin_timers_next_ms();
    uint32_t ms = timeout_ms < next ? timeout_ms : next;
    twin_wait_us(ms * 1000ull);
}

void mp_hal_delay_us(uint32_t us) {
    uint64_t end = uptime_us() + us;
    for (;;) {
        mp_event_handle_nowait();
        uint64_t now = uptime_us();
        if (now >= end) {
            return;
        }
        uint64_t next = twin_timers_next_ms() * 1000ull;
        twin_wait_us(end - now < next ? end - now : next);
    }
}

void mp_hal_delay_ms(mp_uint_t ms) {
    mp_hal_delay_us(ms * 1000);
}

mp_uint_t mp_hal_stdout_tx_strn(const char *text, size_t length) {
    ssize_t written;
    do {
        written = write(STDOUT_FILENO, text, length);
    } while (written < 0 && errno == EINTR);
    return written < 0 ? 0 : written;
}

int mp_hal_stdin_rx_chr(void) {
    for (;;) {
        int byte = twin_console_take();
        if (byte >= 0) {
            return byte;
        }
        if (!twin_console_is_open()) {
            return CHAR_CTRL_D;
        }
        twin_wait_fd(STDIN_FILENO, 1);
        mp_event_wait_indefinite();
    }
}

volatile uint32_t *twin_random_register(void) {
    static uint32_t value;
    while (getrandom(&value, sizeof(value), 0) != sizeof(value)) {
    }
    return &value;
}
