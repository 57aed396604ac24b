// Included from extmod/machine_wdt.c for an ESP32: the task watchdog takes any time-out, and the newest holds.
#include "sdk/user_interface.h"
#include "ports/esp8266/ets_alt_task.h"
#include "twin_irq.h"

typedef struct _machine_wdt_obj_t {
    mp_obj_base_t base;
} machine_wdt_obj_t;

static machine_wdt_obj_t wdt_default = {{&machine_wdt_type}};

static machine_wdt_obj_t *mp_machine_wdt_make_new_instance(mp_int_t id, mp_int_t timeout_ms) {
    if (id != 0) {
        mp_raise_ValueError(NULL);
    }
    if (timeout_ms <= 0) {
        mp_raise_ValueError(MP_ERROR_TEXT("WDT timeout too short"));
    }
    twin_wdt_ms = timeout_ms;
    ets_loop_dont_feed_sw_wdt = 1;
    system_soft_wdt_feed();
    return &wdt_default;
}

static void mp_machine_wdt_feed(machine_wdt_obj_t *self) {
    system_soft_wdt_feed();
}
