// The SDK's system calls: reset, RTC, identity.
#include <stdio.h>
#include <string.h>

#include "mbedtls/md5.h"
#include "py/mphal.h"
#include "sdk/user_interface.h"
#include "twin_state.h"

#define RTC_TICK_Q12 (26624) // 6.5 us, as on a chip; 32 bits of it overflow after 7:45 h
#define RTC_FIRST_BLOCK (64)

static struct rst_info reset_info;
static uint8 cpu_mhz = 80;

struct rst_info *system_get_rst_info(void) {
    return &reset_info;
}

void twin_sdk_boot(void) {
    reset_info.reason = twin->reset_cause;
}

void system_restart(void) {
    twin_halt(EXIT_RESET, REASON_SOFT_RESTART);
}

void system_deep_sleep(uint64_t us) {
    twin_halt(EXIT_RESET, REASON_DEEP_SLEEP_AWAKE);
}

bool system_deep_sleep_set_option(uint8 option) {
    return true;
}

uint32 system_get_rtc_time(void) {
    return (twin_now_ns() - twin->started_ns) / 6500;
}

uint32 system_rtc_clock_cali_proc(void) {
    return RTC_TICK_Q12;
}

static uint8_t *rtc(uint8 block, uint16 size) {
    uint32_t offset = (block - RTC_FIRST_BLOCK) * 4;
    return block < RTC_FIRST_BLOCK || offset + size > TWIN_RTC_BYTES ? NULL : twin->rtc + offset;
}

bool system_rtc_mem_read(uint8 block, void *data, uint16 size) {
    uint8_t *memory = rtc(block, size);
    return memory != NULL && memcpy(data, memory, size);
}

bool system_rtc_mem_write(uint8 block, const void *data, uint16 size) {
    uint8_t *memory = rtc(block, size);
    return memory != NULL && memcpy(memory, data, size);
}

uint32 system_get_chip_id(void) {
    return twin->chip_id;
}

uint8 system_get_cpu_freq(void) {
    return cpu_mhz;
}

bool system_update_cpu_freq(uint8 mhz) {
    cpu_mhz = mhz;
    return true;
}

uint16 system_adc_read(void) {
    return 0;
}

uint16 system_get_vdd33(void) {
    return 65535; // as on a chip whose ADC is not set up to measure its supply
}

uint32 system_get_free_heap_size(void) {
    return 14248; // what a FLASH_1M build leaves to SDK and lwIP; not simulated
}

void system_print_meminfo(void) {
}

const char *system_get_sdk_version(void) {
    return "2.2.0-dev(9422289)";
}

void system_phy_set_max_tpw(uint8 quarter_dbm) {
}

int ets_esf_free_bufs(int index) {
    return 8;
}

void uart_os_config(int uart) {
}

void MD5Init(MD5_CTX *context) {
    mbedtls_md5_init((mbedtls_md5_context *)context);
    mbedtls_md5_starts_ret((mbedtls_md5_context *)context);
}

void MD5Update(MD5_CTX *context, const void *data, unsigned int size) {
    mbedtls_md5_update_ret((mbedtls_md5_context *)context, data, size);
}

void MD5Final(unsigned char digest[16], MD5_CTX *context) {
    mbedtls_md5_finish_ret((mbedtls_md5_context *)context, digest);
}
