// ESP-IDF's key-value store in the partition `nvs`: what it promises, in a format of our own.
//
// A log in one half of the partition. What is set is written at once, as ESP-IDF does it; a cut record has a bad
// check value and counts as none. A full half is copied into the other one without what is out of date, the change
// behind it, and that one counts when its head has been written, last. So an erasure never lacks room, as on a chip.
#if TWIN_ESP32
#include <string.h>

#include "py/runtime.h"
#include "sdk/nvs.h"
#include "sdk/spi_flash.h"
#include "twin_flash.h"

#define START (0x9000)
#define HALF (3 * FLASH_SECTOR)
#define NAME (16) // with the zero behind it
#define NAMESPACES (16)
#define BLOB_MOST (4000)
#define MAGIC (0x5653564e)

enum { ERASED, I32, BLOB };

typedef struct {
    uint32_t magic, number, inverse; // the higher number is the half in use; a cut head has no good inverse
} head_t;

typedef struct {
    uint32_t check; // of all that follows, the value included
    uint16_t size;
    uint8_t type, of; // `of` of ERASED: the type that it takes back; else the same
    char space[NAME], key[NAME];
} record_t;

static char spaces[NAMESPACES][NAME];

static const uint8_t *half(int which) {
    return twin_flash + START + which * HALF;
}

static uint32_t check(const record_t *record, const void *value) {
    uint32_t sum = 2166136261u; // FNV-1a
    const uint8_t *at = (const uint8_t *)record + sizeof(record->check);
    for (size_t i = 0; i < sizeof(*record) - sizeof(record->check); i++) {
        sum = (sum ^ at[i]) * 16777619u;
    }
    for (size_t i = 0; i < record->size; i++) {
        sum = (sum ^ ((const uint8_t *)value)[i]) * 16777619u;
    }
    return sum;
}

static uint32_t length(const record_t *record) {
    return sizeof(*record) + ((record->size + 3) & ~3u);
}

// The record at an offset of a half; NULL behind the last good one.
static const record_t *record_at(int which, uint32_t at) {
    const record_t *record = (const record_t *)(half(which) + at);
    if (at + sizeof(*record) > HALF || record->size > BLOB_MOST || at + length(record) > HALF) {
        return NULL;
    }
    return check(record, record + 1) == record->check ? record : NULL;
}

// Of a half; 0 of one that does not count.
static uint32_t number(int which) {
    const head_t *head = (const head_t *)half(which);
    return head->magic == MAGIC && head->inverse == ~head->number ? head->number : 0;
}

// The half in use; -1 when there is none yet.
static int present(void) {
    return number(0) || number(1) ? number(1) > number(0) : -1;
}

static bool same(const record_t *record, const record_t *other) {
    return record->of == other->of && !strcmp(record->space, other->space) && !strcmp(record->key, other->key);
}

// The last record with a key, NULL when there is none or it was erased; `end` is where the log ends.
static const record_t *find(int which, const record_t *wanted, uint32_t *end) {
    const record_t *found = NULL, *record;
    uint32_t at = sizeof(head_t);
    for (; (record = record_at(which, at)) != NULL; at += length(record)) {
        if (same(record, wanted)) {
            found = record->type == ERASED ? NULL : record;
        }
    }
    *end = at;
    return found;
}

static bool blank(int which, uint32_t at) {
    for (const uint8_t *byte = half(which) + at; byte < half(which) + HALF; byte++) {
        if (*byte != 0xff) {
            return false;
        }
    }
    return true;
}

static void put(int which, uint32_t at, const void *data, uint32_t size) {
    if (size) {
        spi_flash_write(START + which * HALF + at, data, size);
    }
}

static void put_record(int which, uint32_t at, record_t *record, const void *value) {
    uint8_t bytes[sizeof(*record) + BLOB_MOST];
    record->check = check(record, value);
    memset(bytes, 0xff, sizeof(bytes));
    memcpy(bytes, record, sizeof(*record));
    if (record->size) {
        memcpy(bytes + sizeof(*record), value, record->size);
    }
    put(which, at, bytes, length(record));
}

// Copy what counts, but for what `change` replaces, into the other half: where that ends.
static uint32_t copy(int which, int next, const record_t *change) {
    uint32_t end = sizeof(head_t), unused;
    const record_t *record;
    for (uint32_t at = end; which >= 0 && (record = record_at(which, at)) != NULL; at += length(record)) {
        if (record->type != ERASED && !same(record, change) && find(which, record, &unused) == record) {
            put(next, end, record, length(record));
            end += length(record);
        }
    }
    return end;
}

// Begin the other half, with the change; without room for that the present one stays as it is.
static esp_err_t renew(int which, record_t *change, const void *value) {
    int next = which == 0;
    for (uint32_t at = 0; at < HALF; at += FLASH_SECTOR) {
        spi_flash_erase_sector((START + next * HALF + at) / FLASH_SECTOR);
    }
    uint32_t end = copy(which, next, change);
    if (change->type != ERASED) {
        if (end + length(change) > HALF) {
            return ESP_ERR_NVS_NOT_ENOUGH_SPACE;
        }
        put_record(next, end, change, value);
    }
    head_t head = {MAGIC, which < 0 ? 1 : number(which) + 1};
    head.inverse = ~head.number;
    put(next, 0, &head, sizeof(head));
    return ESP_OK;
}

static esp_err_t append(record_t *record, const void *value) {
    int which = present();
    uint32_t end = HALF;
    if (which >= 0) {
        find(which, record, &end);
    }
    if (end + length(record) > HALF || !blank(which, end)) {
        return renew(which, record, value);
    }
    put_record(which, end, record, value);
    return ESP_OK;
}

static esp_err_t named(nvs_handle_t handle, const char *key, int type, record_t *record) {
    if (strlen(key) >= NAME) {
        return ESP_ERR_NVS_KEY_TOO_LONG;
    }
    memset(record, 0, sizeof(*record));
    record->type = record->of = type;
    strcpy(record->space, spaces[handle]);
    strcpy(record->key, key);
    return ESP_OK;
}

static esp_err_t set(nvs_handle_t handle, const char *key, int type, const void *value, size_t size) {
    record_t record;
    esp_err_t failed = named(handle, key, type, &record);
    if (failed) {
        return failed;
    }
    if (size > BLOB_MOST) {
        return ESP_ERR_NVS_VALUE_TOO_LONG;
    }
    record.size = size;
    uint32_t end;
    const record_t *found = present() < 0 ? NULL : find(present(), &record, &end);
    if (found && found->size == size && !memcmp(found + 1, value, size)) {
        return ESP_OK; // as ESP-IDF: what is there already wears nothing out
    }
    return append(&record, value);
}

static esp_err_t get(nvs_handle_t handle, const char *key, int type, const record_t **found) {
    record_t record;
    uint32_t end;
    esp_err_t failed = named(handle, key, type, &record);
    *found = failed || present() < 0 ? NULL : find(present(), &record, &end);
    return failed ? failed : *found ? ESP_OK : ESP_ERR_NVS_NOT_FOUND;
}

esp_err_t nvs_open(const char *name, nvs_open_mode_t mode, nvs_handle_t *handle) {
    if (!*name || strlen(name) >= NAME) {
        return ESP_ERR_NVS_INVALID_NAME;
    }
    for (*handle = 0; *handle < NAMESPACES; ++*handle) {
        if (!*spaces[*handle]) {
            strcpy(spaces[*handle], name);
        }
        if (!strcmp(spaces[*handle], name)) {
            return ESP_OK;
        }
    }
    return ESP_ERR_NVS_NOT_ENOUGH_SPACE;
}

esp_err_t nvs_set_i32(nvs_handle_t handle, const char *key, int32_t value) {
    return set(handle, key, I32, &value, sizeof(value));
}

esp_err_t nvs_get_i32(nvs_handle_t handle, const char *key, int32_t *value) {
    const record_t *found;
    esp_err_t failed = get(handle, key, I32, &found);
    if (!failed) {
        memcpy(value, found + 1, sizeof(*value));
    }
    return failed;
}

esp_err_t nvs_set_blob(nvs_handle_t handle, const char *key, const void *value, size_t size) {
    return set(handle, key, BLOB, value, size);
}

esp_err_t nvs_get_blob(nvs_handle_t handle, const char *key, void *value, size_t *size) {
    const record_t *found;
    esp_err_t failed = get(handle, key, BLOB, &found);
    if (!failed && found->size > *size) {
        failed = ESP_ERR_NVS_INVALID_LENGTH;
    }
    if (!failed) {
        *size = found->size;
        memcpy(value, found + 1, found->size);
    }
    return failed;
}

esp_err_t nvs_erase_key(nvs_handle_t handle, const char *key) {
    esp_err_t failed = ESP_ERR_NVS_NOT_FOUND;
    for (int type = I32; type <= BLOB; type++) {
        const record_t *found;
        esp_err_t missing = get(handle, key, type, &found);
        if (missing == ESP_OK) {
            record_t record;
            named(handle, key, type, &record);
            record.type = ERASED;
            failed = append(&record, NULL);
        } else if (missing != ESP_ERR_NVS_NOT_FOUND) {
            return missing;
        }
    }
    return failed;
}

esp_err_t nvs_commit(nvs_handle_t handle) {
    return ESP_OK;
}

#include "ports/esp32/esp32_nvs.c"
#endif
