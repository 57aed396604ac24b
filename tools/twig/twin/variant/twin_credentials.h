// What the SDK keeps in its own sectors at the end of the flash.
#ifndef TWIN_CREDENTIALS_H
#define TWIN_CREDENTIALS_H
#include "sdk/user_interface.h"
typedef struct {
    uint32 magic;
    uint32 sequence;
    uint32 mode; // NULL_MODE ... STATIONAP_MODE
    struct station_config station;
    struct softap_config ap;
} twin_saved_t;
extern twin_saved_t twin_saved;
void twin_credentials_load(void);
void twin_credentials_save(const twin_saved_t *changed); // writes only if something differs
#endif
