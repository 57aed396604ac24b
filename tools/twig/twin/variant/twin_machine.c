// Included from extmod/modmachine.c: upstream's machine module of the ESP8266 without PWM and I2C, and where an
// ESP32 does something else, that.
#if TWIN_ESP32
#include "twin_machine_esp32.h"
#endif
#include "ports/esp8266/modmachine.c"

#undef asm
#undef MICROPY_PY_MACHINE_EXTRA_GLOBALS
#define MICROPY_PY_MACHINE_EXTRA_GLOBALS \
    { MP_ROM_QSTR(MP_QSTR_sleep), MP_ROM_PTR(&machine_lightsleep_obj) }, \
    { MP_ROM_QSTR(MP_QSTR_RTC), MP_ROM_PTR(&pyb_rtc_type) }, \
    { MP_ROM_QSTR(MP_QSTR_Timer), MP_ROM_PTR(&esp_timer_type) }, \
    { MP_ROM_QSTR(MP_QSTR_Pin), MP_ROM_PTR(&pyb_pin_type) }, \
    { MP_ROM_QSTR(MP_QSTR_DEEPSLEEP), MP_ROM_INT(MACHINE_WAKE_DEEPSLEEP) }, \
    { MP_ROM_QSTR(MP_QSTR_PWRON_RESET), MP_ROM_INT(CAUSE(REASON_DEFAULT_RST)) }, \
    { MP_ROM_QSTR(MP_QSTR_HARD_RESET), MP_ROM_INT(CAUSE_HARD_RESET) }, \
    { MP_ROM_QSTR(MP_QSTR_DEEPSLEEP_RESET), MP_ROM_INT(CAUSE(REASON_DEEP_SLEEP_AWAKE)) }, \
    { MP_ROM_QSTR(MP_QSTR_WDT_RESET), MP_ROM_INT(CAUSE(REASON_WDT_RST)) }, \
    { MP_ROM_QSTR(MP_QSTR_SOFT_RESET), MP_ROM_INT(CAUSE_SOFT_RESET) },

#if TWIN_ESP32
#undef mp_machine_reset_cause
#undef mp_machine_unique_id
#undef esp_timer_make_new

static mp_int_t mp_machine_reset_cause(void) {
    return CAUSE(chip_reset_cause());
}

static mp_obj_t mp_machine_unique_id(void) {
    uint8 mac[6];
    wifi_get_macaddr(STATION_IF, mac);
    return mp_obj_new_bytes(mac, sizeof(mac));
}

// Four timers of hardware, no other ones.
static mp_obj_t esp_timer_make_new(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args) {
    mp_arg_check_num(n_args, n_kw, 1, 1, false);
    if ((mp_uint_t)mp_obj_get_int(args[0]) >= ESP32_TIMERS) {
        mp_raise_ValueError(MP_ERROR_TEXT("invalid Timer number"));
    }
    return chip_timer_make_new(type, n_args, n_kw, args);
}
#else
#define CAUSE(reason) (reason)
#define CAUSE_HARD_RESET (REASON_EXT_SYS_RST)
#define CAUSE_SOFT_RESET (REASON_SOFT_RESTART)
#endif
