// The radio: the air is a table in the shared state, and the station does in the tick what the SDK
// does behind Python's back: joins, notices loss, joins again.
#include <stdio.h>

#include "py/mphal.h"
#include "sdk/user_interface.h"
#include "twin_credentials.h"
#include "twin_irq.h"
#include "twin_state.h"
#include "twin_wifi.h"

#define JOIN_MS (300)            // association, handshake and DHCP
#define NO_AP_MS (2500)          // one scan of all channels
#define WRONG_PASSWORD_MS (3000) // the fourth handshake message never comes

static volatile bool joining;
static volatile uint32_t epoch;
static uint64_t phase_ms;

static uint64_t now_ms(void) {
    return twin_now_ns() / 1000000;
}

const twin_network_t *twin_wifi_network(void) {
    const struct station_config *wanted = &twin_saved.station;
    const twin_network_t *best = NULL;
    for (uint32_t i = 0; i < twin->networks && i < TWIN_NETWORKS; i++) {
        const twin_network_t *network = &twin->air[i];
        if (network->up && strncmp(network->ssid, (const char *)wanted->ssid, sizeof(wanted->ssid)) == 0
            && (!wanted->bssid_set || memcmp(wanted->bssid, network->bssid, 6) == 0)
            && (best == NULL || network->rssi > best->rssi)) {
            best = network;
        }
    }
    return best;
}

static bool admits(const twin_network_t *network) {
    return strncmp(network->password, (const char *)twin_saved.station.password, 64) == 0;
}

static void start(void) {
    phase_ms = now_ms();
    twin->station_status = STATION_CONNECTING;
}

static void lose(void) {
    epoch++;
    start();
}

// Called from the tick: no Python, no flash.
void twin_wifi_tick(void) {
    if (!joining) {
        return;
    }
    const twin_network_t *network = twin_wifi_network();
    bool good = network != NULL && admits(network);
    if (twin->station_status == STATION_GOT_IP) {
        if (!good) {
            lose();
        }
        return;
    }
    uint64_t passed = now_ms() - phase_ms;
    if (good) {
        if (twin->station_status != STATION_CONNECTING) {
            start();
        } else if (passed >= JOIN_MS) {
            twin->station_status = STATION_GOT_IP;
            twin->connects++;
        }
    } else if (network == NULL && passed >= NO_AP_MS) {
        twin->station_status = STATION_NO_AP_FOUND;
    } else if (network != NULL && passed >= WRONG_PASSWORD_MS) {
        twin->station_status = STATION_WRONG_PASSWORD;
    }
}

bool twin_link_up(void) {
    return twin->station_status == STATION_GOT_IP
           || ((twin->wifi_mode & SOFTAP_MODE) && twin->ap_stations > 0);
}

uint32_t twin_link_epoch(void) {
    return epoch;
}

static void publish(void) {
    twin->wifi_mode = twin_saved.mode;
    snprintf(twin->station_ssid, sizeof(twin->station_ssid), "%.32s", (char *)twin_saved.station.ssid);
    snprintf(twin->ap_ssid, sizeof(twin->ap_ssid), "%.*s", twin_saved.ap.ssid_len, (char *)twin_saved.ap.ssid);
    snprintf(twin->ap_password, sizeof(twin->ap_password), "%.63s", (char *)twin_saved.ap.password);
}

void twin_wifi_keep(const twin_saved_t *changed) {
    twin_credentials_save(changed);
    publish();
}

void twin_wifi_boot(void) {
    twin_credentials_load();
    publish();
    twin->station_status = STATION_IDLE;
    joining = (twin_saved.mode & STATION_MODE) && twin_saved.station.ssid[0];
    if (joining) {
        start();
    }
}

bool wifi_station_connect(void) {
    if (!(twin_saved.mode & STATION_MODE)) {
        return false;
    }
    joining = false;
    if (twin->station_status == STATION_GOT_IP) {
        epoch++;
    }
    start();
    joining = true;
    return true;
}

bool wifi_station_disconnect(void) {
    joining = false;
    if (twin->station_status == STATION_GOT_IP) {
        epoch++;
    }
    twin->station_status = STATION_IDLE;
    return true;
}

uint8 wifi_station_get_connect_status(void) {
    return twin->station_status;
}
