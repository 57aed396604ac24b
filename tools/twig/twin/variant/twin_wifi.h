// The radio and what the SDK does about it on its own.
#ifndef TWIN_WIFI_H
#define TWIN_WIFI_H
#include <stdbool.h>
#include <stdint.h>
#include "twin_credentials.h"
#include "twin_state.h"
enum { LINK_STATION, LINK_AP };
void twin_wifi_boot(void);
void twin_wifi_keep(const twin_saved_t *changed); // settings, in flash and for the host to see
const twin_network_t *twin_wifi_network(void);    // joined, or else wanted and in the air; NULL if there is none
bool twin_wifi_associated(void);
int twin_wifi_reason(void);                       // of the last disconnection, ESP-IDF's number; 0 after a join
bool twin_wifi_goes_on(void);                     // it was told to connect and tries, or tries again
uint32_t twin_wifi_tries(void);                   // how many it makes; 0: without an end
void twin_wifi_limit(uint32_t tries);
void twin_wifi_scanning(bool on);
bool twin_radio_away(void);           // on other channels than the access point's
uint32_t twin_radio_absences(void);   // how often it went away
bool twin_link_up(int link);          // a datagram can pass now
bool twin_links_up(void);             // over one of them
uint32_t twin_link_epoch(int link);   // grows whenever the link is lost for good
#endif
