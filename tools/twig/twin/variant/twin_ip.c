// Addresses: the station's by DHCP or fixed, the access point's, the name server. Nothing of it is kept in flash.
#include "sdk/user_interface.h"
#include "twin_credentials.h"
#include "twin_ip.h"
#include "twin_state.h"

#define DEFAULT_HOST "127.0.0.1" // when the host gave no address

static struct ip_info fixed;
static struct ip_info ap = {{0x0104a8c0}, {0x00ffffff}, {0x0104a8c0}}; // 192.168.4.1/24
static bool dhcp = true;
static enum dhcp_status ap_dhcp = DHCP_STARTED;
static ip_addr_t dns_set;

bool twin_ip_fixed(void) {
    return !dhcp;
}

// A lease names the server to ask, whatever was set before.
void twin_ip_bound(void) {
    if (dhcp) {
        dns_set.addr = 0;
    }
}

uint32_t twin_ip_of_ap(void) {
    return ap.ip.addr;
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
            *info = ap;
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
    *(interface == SOFTAP_IF ? &ap : &fixed) = *info;
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
