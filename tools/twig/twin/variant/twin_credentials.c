// The SDK's stored Wi-Fi settings: two sectors in turn, so that a power cut costs the newest change only.
// On an ESP32 MicroPython keeps them in memory, and Wi-Fi is off until a program wants it.
#include <stdio.h>

#include "sdk/spi_flash.h"
#include "twin_credentials.h"
#include "twin_flash.h"
#include "twin_state.h"

#define MAGIC (0x4b445354)
#define FIRST_SECTOR (0xfd)

typedef struct {
    twin_saved_t saved;
    uint8 pad[-sizeof(twin_saved_t) & 3];
    uint32 check;
} record_t;

twin_saved_t twin_saved;

static uint32 check(const twin_saved_t *saved) {
    uint32 sum = 2166136261u;
    for (size_t i = 0; i < sizeof(*saved); i++) {
        sum = (sum ^ ((const uint8 *)saved)[i]) * 16777619u;
    }
    return sum;
}

static void defaults(void) {
    memset(&twin_saved, 0, sizeof(twin_saved));
    twin_saved.magic = MAGIC;
    twin_saved.mode = CHIP_FORGETS_WIFI ? NULL_MODE : SOFTAP_MODE;
    twin_saved.ap.channel = 1;
    twin_saved.ap.max_connection = 4;
    twin_saved.ap.ssid_len = sprintf((char *)twin_saved.ap.ssid, "ESP_%06X", twin->chip_id & 0xffffff);
}

void twin_credentials_load(void) {
    defaults();
    for (int i = 0; i < 2 && !CHIP_FORGETS_WIFI; i++) {
        const record_t *record = (const record_t *)(twin_flash + (FIRST_SECTOR + i) * FLASH_SECTOR);
        if (record->saved.magic == MAGIC && record->check == check(&record->saved)
            && record->saved.sequence >= twin_saved.sequence) {
            twin_saved = record->saved;
        }
    }
}

void twin_credentials_save(const twin_saved_t *changed) {
    if (memcmp(changed, &twin_saved, sizeof(twin_saved)) == 0) {
        return;
    }
    if (CHIP_FORGETS_WIFI) {
        twin_saved = *changed;
        return;
    }
    record_t record;
    memset(&record, 0, sizeof(record));
    record.saved = *changed;
    record.saved.sequence = twin_saved.sequence + 1;
    record.check = check(&record.saved);
    uint32 sector = FIRST_SECTOR + record.saved.sequence % 2;
    spi_flash_erase_sector(sector);
    spi_flash_write(sector * FLASH_SECTOR, &record, sizeof(record));
    twin_saved = record.saved;
    twin->credential_writes++;
}
