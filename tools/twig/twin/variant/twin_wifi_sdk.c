// The SDK's Wi-Fi calls that upstream's network module makes, beside joining.
#include "py/mphal.h"
#include "sdk/user_interface.h"
#include "twin_credentials.h"
#include "twin_irq.h"
#include "twin_state.h"
#include "twin_wifi.h"

#define SCAN_MS (2000)
#define DEFAULT_HOST "127.0.0.1" // when the host gave no address

static uint8 phy_mode = PHY_MODE_11N, sleep_type = MODEM_SLEEP_T;
static struct ip_info fixed;
static bool dhcp = true;
static enum dhcp_status ap_dhcp = DHCP_STARTED;
static ip_addr_t dns_set;

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
    return twin->station_status == STATION_GOT_IP && network != NULL ? network->rssi : 31;
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
    twin_block_ms(SCAN_MS);
    struct bss_info list[TWIN_NETWORKS];
    int count = sniff(list);
    for (int i = 0; i + 1 < count; i++) {
        STAILQ_NEXT(&list[i], next) = &list[i + 1];
    }
    done(count ? list : NULL, 0);
    return true;
}

bool wifi_station_dhcpc_start(void) {
    dhcp = true;
    return true;
}

bool wifi_station_dhcpc_stop(void) {
    dhcp = false;
    return true;
}

enum dhcp_status wifi_station_dhcpc_status(void) {
    return dhcp ? DHCP_STARTED : DHCP_STOPPED;
}

bool wifi_softap_get_config(struct softap_config *config) {
    *config = twin_saved.ap;
    return true;
}

bool wifi_softap_set_config(struct softap_config *config) {
    twin_saved_t changed = twin_saved;
    changed.ap = *config;
    twin_wifi_keep(&changed);
    return true;
}

struct station_info *wifi_softap_get_station_info(void) {
    return NULL;
}

void wifi_softap_free_station_info(void) {
}

uint8 wifi_softap_get_station_num(void) {
    return twin->ap_stations;
}

bool wifi_softap_dhcps_start(void) {
    ap_dhcp = DHCP_STARTED;
    return true;
}

bool wifi_softap_dhcps_stop(void) {
    ap_dhcp = DHCP_STOPPED;
    return true;
}

enum dhcp_status wifi_softap_dhcps_status(void) {
    return ap_dhcp;
}

static uint32_t host_address(void) {
    uint32_t address;
    memcpy(&address, twin->interface, 4);
    return address ? address : inet_addr(DEFAULT_HOST);
}

bool wifi_get_ip_info(uint8 interface, struct ip_info *info) {
    memset(info, 0, sizeof(*info));
    if (interface == SOFTAP_IF) {
        if (twin_saved.mode & SOFTAP_MODE) {
            *info = (struct ip_info) {{inet_addr("192.168.4.1")}, {inet_addr("255.255.255.0")}, {inet_addr("192.168.4.1")}};
        }
    } else if (twin->station_status == STATION_GOT_IP) {
        *info = (struct ip_info) {{host_address()}, {inet_addr("255.0.0.0")}, {inet_addr(DEFAULT_HOST)}};
        if (!dhcp) {
            *info = fixed;
        }
    }
    return true;
}

bool wifi_set_ip_info(uint8 interface, struct ip_info *info) {
    if (interface == STATION_IF) {
        fixed = *info;
    }
    return true;
}

bool wifi_get_macaddr(uint8 interface, uint8 *mac) {
    uint32_t id = twin->chip_id;
    uint8 first = interface == SOFTAP_IF ? 0x5e : 0x5c;
    uint8 address[6] = {first, 0xcf, 0x7f, id >> 16, id >> 8, id};
    memcpy(mac, address, 6);
    return true;
}

bool wifi_set_macaddr(uint8 interface, uint8 *mac) {
    return true;
}

uint8 wifi_get_channel(void) {
    const twin_network_t *network = twin_wifi_network();
    return network != NULL ? network->channel : twin_saved.ap.channel;
}

bool wifi_set_channel(uint8 channel) {
    return channel >= 1 && channel <= 14;
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

ip_addr_t dns_getserver(uint8 number) {
    ip_addr_t address = dns_set;
    if (!address.addr && number == 0) {
        memcpy(&address.addr, twin->dns_address, 4);
    }
    return address;
}

void dns_setserver(uint8 number, ip_addr_t *address) {
    dns_set = *address;
}

char *ipaddr_ntoa_r(const ip_addr_t *address, char *text, int size) {
    return (char *)inet_ntop(AF_INET, &address->addr, text, size);
}

int ipaddr_aton(const char *text, ip_addr_t *address) {
    return inet_aton(text, (struct in_addr *)&address->addr);
}
