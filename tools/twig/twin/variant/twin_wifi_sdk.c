// The SDK's Wi-Fi calls that upstream's network module makes, beside joining, addresses and the access point.
#include "py/mphal.h"
#include "sdk/user_interface.h"
#include "twin_credentials.h"
#include "twin_irq.h"
#include "twin_state.h"
#include "twin_wifi.h"

#define SCAN_MS (2000)

static uint8 phy_mode = PHY_MODE_11N, sleep_type = MODEM_SLEEP_T;

uint8 wifi_get_opmode(void) {
    return twin_saved.mode;
}

bool wifi_set_opmode(uint8 mode) {
    twin_saved_t changed = twin_saved;
    changed.mode = mode;
    twin_wifi_keep(&changed);
    if (!(mode & STATION_MODE)) {
        wifi_station_disconnect();
    }
    return true;
}

void wifi_fpm_do_wakeup(void) {
}

void wifi_fpm_close(void) {
}

void wifi_fpm_open(void) {
}

void wifi_fpm_do_sleep(uint32 us) {
}

bool wifi_station_get_config(struct station_config *config) {
    *config = twin_saved.station;
    return true;
}

bool wifi_station_set_config(struct station_config *config) {
    twin_saved_t changed = twin_saved;
    changed.station = *config;
    twin_wifi_keep(&changed);
    return true;
}

int8_t wifi_station_get_rssi(void) {
    const twin_network_t *network = twin_wifi_network();
#if TWIN_ESP32
    bool joined = twin_wifi_associated(); // an address is not needed there
#else
    bool joined = twin->station_status == STATION_GOT_IP;
#endif
    return joined && network != NULL ? network->rssi : 31;
}

bool wifi_station_set_hostname(char *name) {
    return true;
}

static uint8 authmode(const twin_network_t *network) {
    return network->password[0] ? AUTH_WPA2_PSK : AUTH_OPEN;
}

static int sniff(struct bss_info *list) {
    int count = 0;
    for (uint32_t i = 0; i < twin->networks && i < TWIN_NETWORKS; i++) {
        const twin_network_t *network = &twin->air[i];
        if (network->up) {
            struct bss_info *info = &list[count++];
            memset(info, 0, sizeof(*info));
            info->ssid_len = network->hidden ? 0 : strnlen(network->ssid, 32);
            memcpy(info->ssid, network->ssid, info->ssid_len);
            memcpy(info->bssid, network->bssid, 6);
            info->channel = network->channel;
            info->rssi = network->rssi;
            info->authmode = authmode(network);
            info->is_hidden = network->hidden;
        }
    }
    return count;
}

// Two seconds in C during which no scheduled callback runs.
bool wifi_station_scan(struct scan_config *config, scan_done_cb_t done) {
    twin_wifi_scanning(true);
    twin_block_ms(SCAN_MS);
    twin_wifi_scanning(false);
    struct bss_info list[TWIN_NETWORKS];
    int count = sniff(list);
    for (int i = 0; i + 1 < count; i++) {
        STAILQ_NEXT(&list[i], next) = &list[i + 1];
    }
    done(count ? list : NULL, 0);
    return true;
}

bool wifi_get_macaddr(uint8 interface, uint8 *mac) {
    uint32_t id = twin->chip_id;
    bool point = interface == SOFTAP_IF;
    #if TWIN_ESP32
    uint8 address[6] = {0x24, 0x0a, 0xc4, id >> 16, id >> 8, id + point};
    #else
    uint8 address[6] = {point ? 0x5e : 0x5c, 0xcf, 0x7f, id >> 16, id >> 8, id};
    #endif
    memcpy(mac, address, 6);
    return true;
}

bool wifi_set_macaddr(uint8 interface, uint8 *mac) {
    return true;
}

uint8 wifi_get_phy_mode(void) {
    return phy_mode;
}

bool wifi_set_phy_mode(uint8 mode) {
    phy_mode = mode;
    return true;
}

uint8 wifi_get_sleep_type(void) {
    return sleep_type;
}

bool wifi_set_sleep_type(uint8 type) {
    sleep_type = type;
    return true;
}
