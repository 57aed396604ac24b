// The station: the air is a table in the shared state, and the tick does what the SDK does behind
// Python's back: joins, notices loss, joins again.
#include <stdio.h>

#include "py/mphal.h"
#include "sdk/user_interface.h"
#include "twin_ap.h"
#include "twin_credentials.h"
#include "twin_ip.h"
#include "twin_irq.h"
#include "twin_state.h"
#include "twin_wifi.h"
#include "twin_wlan_esp32.h"

#define ASSOCIATE_MS (200)       // a look at all channels, and the handshake
#define JOIN_MS (300)            // and DHCP
#define NO_AP_MS (2500)          // one scan of all channels
#define WRONG_PASSWORD_MS (3000) // the fourth handshake message never comes

static volatile bool requested, joining, associated, scanning;
static volatile int reason; // ESP-IDF's, of the last disconnection; 0 after a join
static volatile uint32_t epoch, absences;
static uint64_t phase_ms;
static uint32_t failures, tries_max; // since it was told to connect; 0: no end of tries
static uint8_t joined[6]; // BSSID of the network that the station is associated with

static bool fits(const twin_network_t *network) {
    const struct station_config *wanted = &twin_saved.station;
    const uint8_t *bssid = associated ? joined : wanted->bssid_set ? wanted->bssid : network->bssid;
    return network->up && strncmp(network->ssid, (const char *)wanted->ssid, sizeof(wanted->ssid)) == 0
           && memcmp(bssid, network->bssid, 6) == 0;
}

const twin_network_t *twin_wifi_network(void) {
    const twin_network_t *best = NULL;
    for (uint32_t i = 0; i < twin->networks && i < TWIN_NETWORKS; i++) {
        const twin_network_t *network = &twin->air[i];
        if (fits(network) && (best == NULL || network->rssi > best->rssi)) {
            best = network;
        }
    }
    return best;
}

bool twin_wifi_associated(void) {
    return associated;
}

static bool admits(const twin_network_t *network) {
    return strncmp(network->password, (const char *)twin_saved.station.password, 64) == 0;
}

static void start(void) {
    associated = false;
    phase_ms = twin_now_ms();
    twin->station_status = STATION_CONNECTING;
    absences++;
}

// It tries again by itself, as often as it was told.
static void fail(int status, int why) {
    phase_ms = twin_now_ms();
    twin->station_status = status;
    reason = why;
    joining = ++failures < tries_max || tries_max == 0;
}

// Every other try with a wrong password ends in the handshake.
static int refusal(void) {
    return failures % 2 ? ESP32_WRONG_PASSWORD : ESP32_4WAY_HANDSHAKE_TIMEOUT;
}

static void lose(void) {
    epoch++;
    reason = ESP32_BEACON_TIMEOUT;
    start();
}

static void associate(const twin_network_t *network) {
    memcpy(joined, network->bssid, 6);
    associated = true;
}

static void stay(const twin_network_t *network, uint64_t passed) {
    twin_ap_move(network->channel);
    bool addressed = twin_ip_fixed() || (network->dhcp && passed >= JOIN_MS);
    if (addressed && twin->station_status != STATION_GOT_IP) {
        twin_ip_bound();
        twin->station_status = STATION_GOT_IP;
        reason = 0;
        twin->connects++;
    }
}

static void look(const twin_network_t *network, bool good, uint64_t passed) {
    if (good) {
        if (twin->station_status != STATION_CONNECTING) {
            start();
        } else if (passed >= ASSOCIATE_MS) {
            associate(network);
            stay(network, passed);
        }
    } else if (network == NULL && passed >= NO_AP_MS) {
        fail(STATION_NO_AP_FOUND, ESP32_NO_AP_FOUND);
    } else if (network != NULL && passed >= WRONG_PASSWORD_MS) {
        fail(STATION_WRONG_PASSWORD, refusal());
    }
}

static void station_tick(void) {
    const twin_network_t *network = twin_wifi_network();
    bool good = network != NULL && admits(network);
    uint64_t passed = twin_now_ms() - phase_ms;
    if (!associated) {
        look(network, good, passed);
    } else if (good) {
        stay(network, passed);
    } else {
        lose();
    }
}

// Called from the tick: no Python, no flash.
void twin_wifi_tick(void) {
    if (joining) {
        station_tick();
    }
    twin_ap_tick();
}

void twin_wifi_scanning(bool on) {
    scanning = on;
    absences += on;
    twin->scans += on;
}

bool twin_radio_away(void) {
    return scanning || (twin->station_status == STATION_CONNECTING && !associated);
}

uint32_t twin_radio_absences(void) {
    return absences;
}

bool twin_link_up(int link) {
    return link == LINK_AP ? twin->ap_stations > 0 && !twin_radio_away() : twin->station_status == STATION_GOT_IP;
}

bool twin_links_up(void) {
    return twin_link_up(LINK_STATION) || twin_link_up(LINK_AP);
}

uint32_t twin_link_epoch(int link) {
    return link == LINK_AP ? twin_ap_epoch() : epoch;
}

static void publish(void) {
    twin->wifi_mode = twin_saved.mode;
    snprintf(twin->station_ssid, sizeof(twin->station_ssid), "%.32s", (char *)twin_saved.station.ssid);
    twin_ap_publish();
}

void twin_wifi_keep(const twin_saved_t *changed) {
    twin_saved_t before = twin_saved;
    twin_credentials_save(changed);
    publish();
    twin_ap_changed(&before);
}

void twin_wifi_boot(void) {
    twin_credentials_load();
    publish();
    twin_ap_boot();
    twin->station_status = STATION_IDLE;
    joining = (twin_saved.mode & STATION_MODE) && twin_saved.station.ssid[0];
    if (joining) {
        start();
    }
}

static void leave(void) {
    joining = associated = false;
    if (twin->station_status == STATION_GOT_IP) {
        epoch++;
    }
}

bool wifi_station_connect(void) {
    if (!(twin_saved.mode & STATION_MODE)) {
        return false;
    }
    leave();
    start();
    failures = 0;
    requested = joining = true;
    return true;
}

// One that is not joined is told nothing of it.
bool wifi_station_disconnect(void) {
    if (associated) {
        reason = ESP32_ASSOC_LEAVE;
    }
    leave();
    requested = false;
    twin->station_status = STATION_IDLE;
    return true;
}

bool twin_wifi_goes_on(void) {
    return requested && (tries_max == 0 || failures < tries_max);
}

int twin_wifi_reason(void) {
    return reason;
}

uint32_t twin_wifi_tries(void) {
    return tries_max;
}

void twin_wifi_limit(uint32_t tries) {
    tries_max = tries;
}

uint8 wifi_station_get_connect_status(void) {
    return twin->station_status;
}
