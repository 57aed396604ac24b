// The part of the ESP8266 SDK's interface that upstream's drivers call. Implemented by twin_*.c.
#ifndef TWIN_SDK_USER_INTERFACE_H
#define TWIN_SDK_USER_INTERFACE_H

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sdk/queue.h"
#include "sdk/os_type.h"

// etshal.h names the chip's register of noise; the twin has a function in its place.
#undef WDEV_HWRNG
#include "ports/esp8266/etshal.h"
#undef WDEV_HWRNG
#define WDEV_HWRNG twin_random_register()

// Reset, clock, RTC memory
enum { REASON_DEFAULT_RST = 0, REASON_WDT_RST = 1, REASON_EXCEPTION_RST = 2, REASON_SOFT_WDT_RST = 3,
       REASON_SOFT_RESTART = 4, REASON_DEEP_SLEEP_AWAKE = 5, REASON_EXT_SYS_RST = 6 };
struct rst_info { uint32 reason; };
struct rst_info *system_get_rst_info(void);
void system_restart(void);
void system_soft_wdt_feed(void);
uint32 system_get_time(void);
uint32 system_get_rtc_time(void);
uint32 system_rtc_clock_cali_proc(void);
bool system_rtc_mem_read(uint8 block, void *data, uint16 size);
bool system_rtc_mem_write(uint8 block, const void *data, uint16 size);
uint32 system_get_chip_id(void);
uint8 system_get_cpu_freq(void);
bool system_update_cpu_freq(uint8 mhz);
void system_deep_sleep(uint64_t us);
bool system_deep_sleep_set_option(uint8 option);
uint16 system_adc_read(void);
uint16 system_get_vdd33(void);
uint32 system_get_free_heap_size(void);
void system_print_meminfo(void);
const char *system_get_sdk_version(void);
void system_uart_swap(void);
void system_uart_de_swap(void);
void system_phy_set_max_tpw(uint8 quarter_dbm);
int ets_esf_free_bufs(int index);

// Wi-Fi
enum { STATION_IF = 0, SOFTAP_IF = 1 };
enum { NULL_MODE = 0, STATION_MODE = 1, SOFTAP_MODE = 2, STATIONAP_MODE = 3 };
enum { STATION_IDLE, STATION_CONNECTING, STATION_WRONG_PASSWORD, STATION_NO_AP_FOUND,
       STATION_CONNECT_FAIL, STATION_GOT_IP };
enum { AUTH_OPEN, AUTH_WEP, AUTH_WPA_PSK, AUTH_WPA2_PSK, AUTH_WPA_WPA2_PSK };
enum { PHY_MODE_11B = 1, PHY_MODE_11G = 2, PHY_MODE_11N = 3 };
enum { NONE_SLEEP_T, LIGHT_SLEEP_T, MODEM_SLEEP_T };
enum dhcp_status { DHCP_STOPPED, DHCP_STARTED };
typedef int STATUS;

typedef struct { uint32 addr; } ip_addr_t;
struct ip_info { ip_addr_t ip, netmask, gw; };

struct station_config {
    uint8 ssid[32];
    uint8 password[64];
    uint8 bssid_set;
    uint8 bssid[6];
};
struct softap_config {
    uint8 ssid[32];
    uint8 password[64];
    uint8 ssid_len;
    uint8 channel;
    uint8 authmode;
    uint8 ssid_hidden;
    uint8 max_connection;
};
struct scan_config {
    uint8 *ssid, *bssid;
    uint8 channel, show_hidden;
};
struct bss_info {
    STAILQ_ENTRY(bss_info) next;
    uint8 bssid[6];
    uint8 ssid[32];
    uint8 ssid_len, channel;
    int8_t rssi;
    uint8 authmode, is_hidden;
};
struct station_info {
    STAILQ_ENTRY(station_info) next;
    uint8 bssid[6];
    ip_addr_t ip;
};
typedef void (*scan_done_cb_t)(void *first, STATUS status);

uint8 wifi_get_opmode(void);
bool wifi_set_opmode(uint8 mode);
void wifi_fpm_do_wakeup(void);
void wifi_fpm_close(void);
void wifi_fpm_open(void);
void wifi_fpm_do_sleep(uint32 us);
bool wifi_station_get_config(struct station_config *config);
bool wifi_station_set_config(struct station_config *config);
bool wifi_station_connect(void);
bool wifi_station_disconnect(void);
uint8 wifi_station_get_connect_status(void);
int8_t wifi_station_get_rssi(void);
bool wifi_station_set_hostname(char *name);
bool wifi_station_scan(struct scan_config *config, scan_done_cb_t done);
bool wifi_station_dhcpc_start(void);
bool wifi_station_dhcpc_stop(void);
enum dhcp_status wifi_station_dhcpc_status(void);
bool wifi_softap_get_config(struct softap_config *config);
bool wifi_softap_set_config(struct softap_config *config);
struct station_info *wifi_softap_get_station_info(void);
void wifi_softap_free_station_info(void);
uint8 wifi_softap_get_station_num(void);
bool wifi_softap_dhcps_start(void);
bool wifi_softap_dhcps_stop(void);
enum dhcp_status wifi_softap_dhcps_status(void);
bool wifi_get_ip_info(uint8 interface, struct ip_info *info);
bool wifi_set_ip_info(uint8 interface, struct ip_info *info);
bool wifi_get_macaddr(uint8 interface, uint8 *mac);
bool wifi_set_macaddr(uint8 interface, uint8 *mac);
uint8 wifi_get_channel(void);
bool wifi_set_channel(uint8 channel);
uint8 wifi_get_phy_mode(void);
bool wifi_set_phy_mode(uint8 mode);
uint8 wifi_get_sleep_type(void);
bool wifi_set_sleep_type(uint8 type);
ip_addr_t dns_getserver(uint8 number);
void dns_setserver(uint8 number, ip_addr_t *address);
char *ipaddr_ntoa_r(const ip_addr_t *address, char *text, int size);
int ipaddr_aton(const char *text, ip_addr_t *address);

#endif
