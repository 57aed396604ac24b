// The access point and the phones around it.
#ifndef TWIN_AP_H
#define TWIN_AP_H
#include <stdbool.h>
#include <stdint.h>
#include "twin_credentials.h"
void twin_ap_boot(void);
void twin_ap_tick(void);
void twin_ap_publish(void);                        // its settings, for the host to see
void twin_ap_changed(const twin_saved_t *before);  // settings of the SDK
void twin_ap_move(uint8_t channel);                // the radio is there now
bool twin_ap_awaits(void);                         // phones, which are there or will be
uint32_t twin_ap_epoch(void);                      // grows whenever its clients are lost for good
#endif
