// The radio and what the SDK does about it on its own.
#ifndef TWIN_WIFI_H
#define TWIN_WIFI_H
#include <stdbool.h>
#include <stdint.h>
void twin_wifi_boot(void);
bool twin_link_up(void);        // a datagram can leave now
uint32_t twin_link_epoch(void); // grows whenever the link goes down
#endif
