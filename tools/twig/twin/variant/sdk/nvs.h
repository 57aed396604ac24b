// The part of ESP-IDF's key-value store that upstream's esp32.NVS calls. Implemented by twin_nvs.c.
#ifndef TWIN_SDK_NVS_H
#define TWIN_SDK_NVS_H

#include <stddef.h>
#include <stdint.h>
#include "esp_ota_ops.h"

typedef uint32_t nvs_handle_t;
typedef enum { NVS_READONLY, NVS_READWRITE } nvs_open_mode_t;
enum {
    ESP_ERR_NVS_NOT_FOUND = 0x1102,
    ESP_ERR_NVS_NOT_ENOUGH_SPACE = 0x1105,
    ESP_ERR_NVS_INVALID_NAME = 0x1106,
    ESP_ERR_NVS_KEY_TOO_LONG = 0x1109,
    ESP_ERR_NVS_INVALID_LENGTH = 0x110c,
    ESP_ERR_NVS_VALUE_TOO_LONG = 0x110e,
};

esp_err_t nvs_open(const char *name, nvs_open_mode_t mode, nvs_handle_t *handle);
esp_err_t nvs_set_i32(nvs_handle_t handle, const char *key, int32_t value);
esp_err_t nvs_get_i32(nvs_handle_t handle, const char *key, int32_t *value);
esp_err_t nvs_set_blob(nvs_handle_t handle, const char *key, const void *value, size_t length);
esp_err_t nvs_get_blob(nvs_handle_t handle, const char *key, void *value, size_t *length);
esp_err_t nvs_erase_key(nvs_handle_t handle, const char *key);
esp_err_t nvs_commit(nvs_handle_t handle);

#endif
