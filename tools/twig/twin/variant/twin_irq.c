// Interrupts as signals. SIGUSR1: the host changed an input. SIGALRM: the tick, which coalesces, so
// that the watchdog counts only time in which this process could run.
#include <errno.h>
#include <poll.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "py/mphal.h"
#include "py/mpstate.h"
#include "py/runtime.h"
#include "sdk/user_interface.h"
#include "ports/esp8266/ets_alt_task.h"
#include "twin_chip.h"
#include "twin_console.h"
#include "twin_irq.h"
#include "twin_state.h"

#define WAIT_MAX (16)

static volatile uint32_t held, pending, wdt_ms;
static volatile bool in_irq;
static struct pollfd waits[WAIT_MAX];
static int wait_count;
static uint64_t wait_limit = UINT64_MAX;
static sigset_t signals, unblocked;

uint32_t twin_wdt_ms = CHIP_WDT_MS;
int ets_loop_iter_disable = 0;
int ets_loop_dont_feed_sw_wdt = 0;

void system_soft_wdt_feed(void) {
    wdt_ms = 0;
}

bool twin_in_irq(void) {
    return in_irq;
}

static void deliver(void) {
    in_irq = true;
    pending = 0;
    twin_pins_interrupt();
    in_irq = false;
}

static void on_pin(int number) {
    int saved = errno;
    pending = 1;
    if (held == 0) {
        deliver();
    }
    errno = saved;
}

static void on_tick(int number) {
    int saved = errno;
    twin->wdt_armed = ets_loop_dont_feed_sw_wdt;
    if (ets_loop_dont_feed_sw_wdt) {
        wdt_ms += TICK_MS;
        if (wdt_ms >= twin_wdt_ms) {
            twin->wdt_bites++;
            twin_halt(EXIT_WDT, REASON_WDT_RST);
        }
    }
    if (held == 0) {
        twin_console_tick();
    }
    twin_wifi_tick();
    errno = saved;
}

uint32_t twin_irq_hold(void) {
    return held++;
}

void twin_irq_restore(uint32_t before) {
    held = before;
    while (held == 0 && pending && !in_irq) {
        sigset_t mask;
        sigprocmask(SIG_BLOCK, &signals, &mask);
        deliver();
        sigprocmask(SIG_SETMASK, &mask, NULL);
    }
}

void twin_irq_start(void) {
    sigemptyset(&signals);
    sigaddset(&signals, SIGUSR1);
    sigaddset(&signals, SIGALRM);
    struct sigaction action = {.sa_flags = SA_RESTART, .sa_mask = signals};
    action.sa_handler = on_pin;
    sigaction(SIGUSR1, &action, NULL);
    action.sa_handler = on_tick;
    sigaction(SIGALRM, &action, NULL);
    sigprocmask(SIG_UNBLOCK, &signals, NULL);
    sigprocmask(SIG_BLOCK, NULL, &unblocked);
    struct itimerval tick = {{0, TICK_MS * 1000}, {0, TICK_MS * 1000}};
    setitimer(ITIMER_REAL, &tick, NULL);
}

void twin_wait_fd(int fd, short events) {
    if (wait_count < WAIT_MAX) {
        waits[wait_count++] = (struct pollfd) {.fd = fd, .events = events};
    }
}

void twin_wait_at_most_us(uint64_t us) {
    wait_limit = us;
}

// Sleeps until a descriptor is ready, an interrupt came, or the time is over.
void twin_wait_us(uint64_t us) {
    sigset_t mask;
    sigprocmask(SIG_BLOCK, &signals, &mask);
    if (MP_STATE_VM(sched_state) != MP_SCHED_PENDING && !pending) {
        us = us < wait_limit ? us : wait_limit;
        struct timespec limit = {us / 1000000, us % 1000000 * 1000};
        ppoll(waits, wait_count, &limit, &unblocked);
    }
    wait_count = 0;
    wait_limit = UINT64_MAX;
    sigprocmask(SIG_SETMASK, &mask, NULL);
}

void twin_block_ms(uint32_t ms) {
    uint64_t end = twin_now_ns() + ms * 1000000ull;
    for (uint64_t now; (now = twin_now_ns()) < end;) {
        if (!ets_loop_dont_feed_sw_wdt) {
            system_soft_wdt_feed();
        }
        uint64_t left = end - now;
        struct timespec limit = {left / 1000000000, left % 1000000000};
        nanosleep(&limit, NULL);
    }
}
