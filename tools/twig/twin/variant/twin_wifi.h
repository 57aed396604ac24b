// The radio and what the SDK does about it on its own.
#ifndef TWIN_WIFI_H
#define TWIN_WIFI_H
#include <stdbool.h>
#include <stdint.h>
#include "twin_credentials.h"
#include "twin_state.h"
void twin_wifi_boot(void);
void twin_wifi_keep(const twin_saved_t *changed); // settings, in flash and for the host to see
const twin_network_t *twin_wifi_network(void);    // in the air and wanted; NULL if there is none
bool twin_link_up(void);        // a datagram can leave now
uint32_t twin_link_epoch(void); // grows whenever the link goes down
#endif
