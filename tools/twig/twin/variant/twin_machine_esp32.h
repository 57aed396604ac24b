// An ESP32 in the ESP8266's machine module: other names for the functions that twin_machine.c defines anew.
#include "sdk/user_interface.h"

#define ESP32_TIMERS (4)

// As ports/esp32/modmachine.c counts: machine.reset() and an exception are HARD_RESET there, SOFT_RESET comes from
// the prompt only, and the reset pin looks like power.
enum { CAUSE_PWRON_RESET = 1, CAUSE_HARD_RESET, CAUSE_WDT_RESET, CAUSE_DEEPSLEEP_RESET, CAUSE_SOFT_RESET };
#define CAUSE(reason) \
    ((reason) == REASON_DEFAULT_RST || (reason) == REASON_EXT_SYS_RST ? CAUSE_PWRON_RESET \
     : (reason) == REASON_WDT_RST || (reason) == REASON_SOFT_WDT_RST ? CAUSE_WDT_RESET \
     : (reason) == REASON_DEEP_SLEEP_AWAKE ? CAUSE_DEEPSLEEP_RESET : CAUSE_HARD_RESET)

#define mp_machine_reset_cause chip_reset_cause
static mp_obj_t chip_unique_id(void) __attribute__((unused));
#define mp_machine_unique_id chip_unique_id
// With arguments it is the function's head; the type's slot names it without.
static mp_obj_t esp_timer_make_new(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args);
#define esp_timer_make_new(a, b, c, d) chip_timer_make_new(a, b, c, d)
