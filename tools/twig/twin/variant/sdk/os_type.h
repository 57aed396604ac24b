// Integer names, timers and memory of the ESP8266 SDK.
#ifndef TWIN_SDK_OS_TYPE_H
#define TWIN_SDK_OS_TYPE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

typedef uint8_t uint8;
typedef uint16_t uint16;
typedef uint32_t uint32;

typedef void os_timer_func_t(void *arg);
typedef struct os_timer {
    struct os_timer *next;
    uint32 due_ms;
    uint32 period_ms;
    os_timer_func_t *function;
    void *arg;
} os_timer_t;

void os_timer_arm(os_timer_t *timer, uint32 ms, bool repeat);
void os_timer_arm_us(os_timer_t *timer, uint32 us, bool repeat);
void os_timer_disarm(os_timer_t *timer);
void os_timer_setfn(os_timer_t *timer, os_timer_func_t *function, void *arg);
#define os_malloc malloc
#define os_free free

#endif
