// Upstream's network.WLAN of the ESP8266; in an ESP32 it says what that chip's says.
#if TWIN_ESP32
#include "py/runtime.h"
#include "sdk/user_interface.h"
#include "twin_wlan_esp32.h"

static mp_obj_t esp_status(size_t n_args, const mp_obj_t *args);
// With arguments it is the function's head; the method's object names it without.
#define esp_status(a, b) chip_status(a, b)
#include "ports/esp8266/network_wlan.c"
#undef esp_status

static int code(int station_status) {
    static const int16_t codes[] = {
        [STATION_IDLE] = ESP32_IDLE, [STATION_CONNECTING] = ESP32_CONNECTING, [STATION_GOT_IP] = ESP32_GOT_IP,
        [STATION_WRONG_PASSWORD] = ESP32_WRONG_PASSWORD, [STATION_NO_AP_FOUND] = ESP32_NO_AP_FOUND,
        [STATION_CONNECT_FAIL] = ESP32_CONNECT_FAIL,
    };
    return codes[station_status];
}

static mp_obj_t esp_status(size_t n_args, const mp_obj_t *args) {
    wlan_if_obj_t *self = MP_OBJ_TO_PTR(args[0]);
    bool station = self->if_id == STATION_IF;
    if (n_args == 1) {
        return station ? MP_OBJ_NEW_SMALL_INT(code(wifi_station_get_connect_status())) : mp_const_none;
    }
    if (station && wifi_station_get_connect_status() != STATION_GOT_IP) {
        mp_raise_msg_varg(&mp_type_OSError, MP_ERROR_TEXT("Wifi Unknown Error 0x%04x"), ESP32_NOT_CONNECTED);
    }
    return chip_status(n_args, args);
}
#else
#include "ports/esp8266/network_wlan.c"
#endif
