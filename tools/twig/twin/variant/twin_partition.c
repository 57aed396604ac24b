// The module esp32 with upstream's NVS and Partition, over the virtual flash: ports/esp32/partitions-4MiB.csv.
#if TWIN_ESP32
#include <string.h>

#include "py/mphal.h"
#include "py/runtime.h"
#include "sdk/esp_ota_ops.h"
#include "sdk/spi_flash.h"
#include "ports/esp32/esp32_partition.c"
#include "twin_flash.h"

static const esp_partition_t table[] = {
    {ESP_PARTITION_TYPE_DATA, 2, 0x9000, 0x6000, "nvs", false},
    {ESP_PARTITION_TYPE_DATA, 1, 0xf000, 0x1000, "phy_init", false},
    {ESP_PARTITION_TYPE_APP, 0, 0x10000, 0x1f0000, "factory", false},
    {ESP_PARTITION_TYPE_DATA, 0x81, 0x200000, 0x200000, "vfs", false},
};
#define APPLICATION (&table[2])

// Of the search that goes on; upstream has one at a time.
static int wanted_type, wanted_subtype;
static const char *wanted_label;

static esp_partition_iterator_t search(const esp_partition_t *part) {
    for (; part < table + MP_ARRAY_SIZE(table); part++) {
        bool subtype = wanted_subtype == ESP_PARTITION_SUBTYPE_ANY || part->subtype == wanted_subtype;
        bool label = wanted_label == NULL || strcmp(part->label, wanted_label) == 0;
        if (part->type == wanted_type && subtype && label) {
            return part;
        }
    }
    return NULL;
}

esp_partition_iterator_t esp_partition_find(int type, int subtype, const char *label) {
    wanted_type = type;
    wanted_subtype = subtype;
    wanted_label = label;
    return search(table);
}

esp_partition_iterator_t esp_partition_next(esp_partition_iterator_t iterator) {
    return search(iterator + 1);
}

const esp_partition_t *esp_partition_get(esp_partition_iterator_t iterator) {
    return iterator;
}

void esp_partition_iterator_release(esp_partition_iterator_t iterator) {
}

const esp_partition_t *esp_partition_find_first(int type, int subtype, const char *label) {
    return esp_partition_find(type, subtype, label);
}

static bool outside(const esp_partition_t *part, uint32_t offset, uint32_t size) {
    return offset > part->size || size > part->size - offset;
}

esp_err_t esp_partition_read(const esp_partition_t *part, uint32_t offset, void *data, uint32_t size) {
    return outside(part, offset, size) ? ESP_ERR_INVALID_SIZE : spi_flash_read(part->address + offset, data, size);
}

esp_err_t esp_partition_write(const esp_partition_t *part, uint32_t offset, const void *data, uint32_t size) {
    return outside(part, offset, size) ? ESP_ERR_INVALID_SIZE : spi_flash_write(part->address + offset, data, size);
}

esp_err_t esp_partition_erase_range(const esp_partition_t *part, uint32_t offset, uint32_t size) {
    if (outside(part, offset, size) || offset % FLASH_SECTOR || size % FLASH_SECTOR) {
        return ESP_ERR_INVALID_SIZE;
    }
    esp_err_t failed = ESP_OK;
    for (uint32_t at = offset; at < offset + size && !failed; at += FLASH_SECTOR) {
        failed = spi_flash_erase_sector((part->address + at) / FLASH_SECTOR);
    }
    return failed;
}

const esp_partition_t *esp_ota_get_boot_partition(void) {
    return APPLICATION;
}

const esp_partition_t *esp_ota_get_running_partition(void) {
    return APPLICATION;
}

// The stock image has one place for itself.
const esp_partition_t *esp_ota_get_next_update_partition(const esp_partition_t *from) {
    return NULL;
}

esp_err_t esp_ota_set_boot_partition(const esp_partition_t *part) {
    return part == APPLICATION ? ESP_OK : ESP_ERR_NOT_FOUND;
}

esp_err_t esp_ota_mark_app_valid_cancel_rollback(void) {
    return ESP_ERR_NOT_SUPPORTED;
}

void check_esp_err(esp_err_t code) {
    if (code != ESP_OK) {
        mp_raise_OSError(-code);
    }
}

static const mp_rom_map_elem_t esp32_globals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_esp32) },
    { MP_ROM_QSTR(MP_QSTR_NVS), MP_ROM_PTR(&esp32_nvs_type) },
    { MP_ROM_QSTR(MP_QSTR_Partition), MP_ROM_PTR(&esp32_partition_type) },
};
static MP_DEFINE_CONST_DICT(esp32_globals, esp32_globals_table);

const mp_obj_module_t twin_esp32_module = {
    .base = { &mp_type_module },
    .globals = (mp_obj_dict_t *)&esp32_globals,
};

MP_REGISTER_MODULE(MP_QSTR_esp32, twin_esp32_module);
#endif
