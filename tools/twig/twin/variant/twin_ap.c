// The access point: phones in reach join it when it is on, and have to find it again on another channel.
#include <stdio.h>

#include "sdk/user_interface.h"
#include "twin_ap.h"
#include "twin_ip.h"
#include "twin_irq.h"
#include "twin_state.h"
#include "twin_wifi.h"

#define CLIENTS (4)      // the SDK's limit
#define PHONE_MS (300)   // a phone that hears it: association, handshake and DHCP
#define HOP_MS (1500)    // a phone whose access point has left the channel looks for it on all of them

static volatile uint32_t epoch;
static uint64_t back_ms; // from then on the phones in reach are clients

static bool on(void) {
    return twin->wifi_mode & SOFTAP_MODE;
}

static void without_phones(uint32_t ms) {
    twin->ap_stations = 0;
    back_ms = twin_now_ms() + ms;
}

static void drop(void) {
    epoch++;
    without_phones(PHONE_MS);
}

void twin_ap_tick(void) {
    uint64_t now = twin_now_ms();
    if (twin_radio_away() && twin->ap_stations == 0 && back_ms < now + PHONE_MS) {
        back_ms = now + PHONE_MS; // nobody joins what it cannot hear
    }
    uint32_t phones = on() && now >= back_ms ? twin->phones : 0;
    twin->ap_stations = phones < CLIENTS ? phones : CLIENTS;
}

void twin_ap_move(uint8_t channel) {
    if (twin->channel == channel) {
        return;
    }
    twin->channel = channel;
    if (on()) {
        twin->ap_hops++;
        without_phones(HOP_MS);
    }
}

bool twin_ap_awaits(void) {
    return on() && twin->phones > 0;
}

uint32_t twin_ap_epoch(void) {
    return epoch;
}

void twin_ap_boot(void) {
    twin->channel = twin_saved.ap.channel;
    without_phones(PHONE_MS);
}

// An open access point may have a key in its settings; nobody needs it.
void twin_ap_publish(void) {
    const struct softap_config *ap = &twin_saved.ap;
    const char *key = ap->authmode == AUTH_OPEN ? "" : (const char *)ap->password;
    snprintf(twin->ap_ssid, sizeof(twin->ap_ssid), "%.*s", ap->ssid_len, (const char *)ap->ssid);
    snprintf(twin->ap_password, sizeof(twin->ap_password), "%.63s", key);
}

static bool renamed(const struct softap_config *a, const struct softap_config *b) {
    return a->ssid_len != b->ssid_len || memcmp(a->ssid, b->ssid, a->ssid_len) != 0
           || a->authmode != b->authmode || strncmp((const char *)a->password, (const char *)b->password, 64) != 0;
}

void twin_ap_changed(const twin_saved_t *before) {
    const struct softap_config *ap = &twin_saved.ap;
    uint8_t channel = twin_wifi_associated() ? twin->channel : ap->channel;
    if (((before->mode ^ twin_saved.mode) & SOFTAP_MODE) || (on() && renamed(&before->ap, ap))) {
        twin->channel = channel; // nobody is left to be led there
        drop();
    } else if (before->ap.channel != ap->channel) {
        twin_ap_move(channel);
    }
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

// Addresses as the access point's DHCP server gives them: the next ones after its own.
struct station_info *wifi_softap_get_station_info(void) {
    static struct station_info list[CLIENTS];
    uint32_t count = twin->ap_stations, own = ntohl(twin_ip_of_ap());
    for (uint32_t i = 0; i < count; i++) {
        list[i] = (struct station_info) {{i + 1 < count ? &list[i + 1] : NULL},
                                         {2, 0x50, 0x48, 0, 0, i}, {htonl(own + 1 + i)}};
    }
    return count ? list : NULL;
}

void wifi_softap_free_station_info(void) {
}

uint8 wifi_softap_get_station_num(void) {
    return twin->ap_stations;
}

uint8 wifi_get_channel(void) {
    return twin->channel;
}

bool wifi_set_channel(uint8 channel) {
    return channel >= 1 && channel <= 14;
}
