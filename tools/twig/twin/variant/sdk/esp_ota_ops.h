// The part of ESP-IDF's interface that upstream's esp32.Partition calls. Implemented by twin_partition.c.
#ifndef TWIN_SDK_ESP_OTA_OPS_H
#define TWIN_SDK_ESP_OTA_OPS_H

#include <stdbool.h>
#include <stdint.h>

typedef int esp_err_t;
enum { ESP_OK = 0, ESP_ERR_NOT_SUPPORTED = 0x106, ESP_ERR_NOT_FOUND = 0x105, ESP_ERR_INVALID_SIZE = 0x104 };
typedef enum { ESP_PARTITION_TYPE_APP, ESP_PARTITION_TYPE_DATA } esp_partition_type_t;
enum { ESP_PARTITION_SUBTYPE_ANY = 0xff };

typedef struct {
    uint8_t type, subtype;
    uint32_t address, size;
    char label[17];
    bool encrypted;
} esp_partition_t;
typedef const esp_partition_t *esp_partition_iterator_t;

esp_partition_iterator_t esp_partition_find(int type, int subtype, const char *label);
esp_partition_iterator_t esp_partition_next(esp_partition_iterator_t iterator);
const esp_partition_t *esp_partition_get(esp_partition_iterator_t iterator);
void esp_partition_iterator_release(esp_partition_iterator_t iterator);
const esp_partition_t *esp_partition_find_first(int type, int subtype, const char *label);
esp_err_t esp_partition_read(const esp_partition_t *part, uint32_t offset, void *data, uint32_t size);
esp_err_t esp_partition_write(const esp_partition_t *part, uint32_t offset, const void *data, uint32_t size);
esp_err_t esp_partition_erase_range(const esp_partition_t *part, uint32_t offset, uint32_t size);
const esp_partition_t *esp_ota_get_boot_partition(void);
const esp_partition_t *esp_ota_get_running_partition(void);
const esp_partition_t *esp_ota_get_next_update_partition(const esp_partition_t *from);
esp_err_t esp_ota_set_boot_partition(const esp_partition_t *part);
esp_err_t esp_ota_mark_app_valid_cancel_rollback(void);
void check_esp_err(esp_err_t code);

#endif
