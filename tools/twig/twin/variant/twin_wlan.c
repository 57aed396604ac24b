// Upstream's network.WLAN of the ESP8266; in an ESP32 it says what that chip's says.
#if TWIN_ESP32
#include "py/runtime.h"
#include "sdk/user_interface.h"
#include "twin_wifi.h"
#include "twin_wlan_esp32.h"

static mp_obj_t esp_status(size_t n_args, const mp_obj_t *args);
static mp_obj_t esp_config(size_t n_args, const mp_obj_t *args, mp_map_t *kwargs);
// With arguments it is the function's head; the method's object names it without.
#define esp_status(a, b) chip_status(a, b)
#define esp_config(a, b, c) chip_config(a, b, c)
#include "ports/esp8266/network_wlan.c"
#undef esp_status
#undef esp_config

// As upstream tells it: a failure is told until there is another one, or an address; others only at the end.
static int told(void) {
    int reason = twin_wifi_reason();
    if (wifi_station_get_connect_status() == STATION_GOT_IP) {
        return ESP32_GOT_IP;
    }
    if (reason == ESP32_NO_AP_FOUND || reason == ESP32_WRONG_PASSWORD) {
        return reason;
    }
    if (reason == ESP32_ASSOC_LEAVE) {
        return ESP32_IDLE;
    }
    return twin_wifi_goes_on() ? ESP32_CONNECTING : reason ? reason : ESP32_IDLE;
}

static mp_obj_t esp_status(size_t n_args, const mp_obj_t *args) {
    wlan_if_obj_t *self = MP_OBJ_TO_PTR(args[0]);
    bool station = self->if_id == STATION_IF;
    if (n_args == 1) {
        return station ? MP_OBJ_NEW_SMALL_INT(told()) : mp_const_none;
    }
    if (station && !twin_wifi_associated()) {
        mp_raise_msg_varg(&mp_type_OSError, MP_ERROR_TEXT("Wifi Unknown Error 0x%04x"), ESP32_NOT_CONNECTED);
    }
    return chip_status(n_args, args);
}

// -1 is without an end. To be set alone.
static mp_obj_t esp_config(size_t n_args, const mp_obj_t *args, mp_map_t *kwargs) {
    mp_obj_t name = MP_OBJ_NEW_QSTR(MP_QSTR_reconnects);
    mp_map_elem_t *given = kwargs->used == 1 ? mp_map_lookup(kwargs, name, MP_MAP_LOOKUP) : NULL;
    if (given != NULL) {
        twin_wifi_limit(mp_obj_get_int(given->value) + 1);
        return mp_const_none;
    }
    bool asked = n_args == 2 && args[1] == name;
    return asked ? MP_OBJ_NEW_SMALL_INT((int)twin_wifi_tries() - 1) : chip_config(n_args, args, kwargs);
}
#else
#include "ports/esp8266/network_wlan.c"
#endif
