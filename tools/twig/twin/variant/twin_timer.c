// The SDK's software timers: a list that the event loop looks through.
#include "py/mphal.h"
#include "sdk/os_type.h"
#include "twin_timer.h"

#define NEVER_MS (1000000)

static os_timer_t *timers;

void os_timer_disarm(os_timer_t *timer) {
    for (os_timer_t **link = &timers; *link != NULL; link = &(*link)->next) {
        if (*link == timer) {
            *link = timer->next;
            return;
        }
    }
}

void os_timer_setfn(os_timer_t *timer, os_timer_func_t *function, void *arg) {
    timer->function = function;
    timer->arg = arg;
}

void os_timer_arm(os_timer_t *timer, uint32 ms, bool repeat) {
    os_timer_disarm(timer);
    timer->due_ms = mp_hal_ticks_ms() + ms;
    timer->period_ms = repeat ? (ms ? ms : 1) : 0;
    timer->next = timers;
    timers = timer;
}

void os_timer_arm_us(os_timer_t *timer, uint32 us, bool repeat) {
    os_timer_arm(timer, (us + 999) / 1000, repeat);
}

static os_timer_t *due(uint32_t now) {
    for (os_timer_t *timer = timers; timer != NULL; timer = timer->next) {
        if ((int32_t)(now - timer->due_ms) >= 0) {
            return timer;
        }
    }
    return NULL;
}

bool twin_timers_run(void) {
    if (timers == NULL) {
        return false;
    }
    bool any = false;
    uint32_t now = mp_hal_ticks_ms();
    for (os_timer_t *timer; (timer = due(now)) != NULL; any = true) {
        os_timer_disarm(timer);
        if (timer->period_ms) {
            uint32_t base = timer->due_ms;
            os_timer_arm(timer, timer->period_ms, true);
            if (now - base < timer->period_ms) {
                timer->due_ms = base + timer->period_ms; // no drift while we keep up
            }
        }
        timer->function(timer->arg);
    }
    return any;
}

uint32_t twin_timers_next_ms(void) {
    uint32_t next = NEVER_MS;
    uint32_t now = timers == NULL ? 0 : mp_hal_ticks_ms();
    for (os_timer_t *timer = timers; timer != NULL; timer = timer->next) {
        int32_t left = timer->due_ms - now;
        if (left < (int32_t)next) {
            next = left < 0 ? 0 : left;
        }
    }
    return next;
}
