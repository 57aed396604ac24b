// Addresses of both interfaces.
#ifndef TWIN_IP_H
#define TWIN_IP_H
#include <stdbool.h>
#include <stdint.h>
bool twin_ip_fixed(void);     // the station's DHCP client is stopped
void twin_ip_bound(void);     // the station has its address now
uint32_t twin_ip_of_ap(void); // network order
#endif
