// The flash chip: programs only clear bits, erases take their time, and the power can fail within
// any erase or page program.
#include <string.h>

#include "py/mphal.h"
#include "sdk/spi_flash.h"
#include "sdk/user_interface.h"
#include "twin_flash.h"
#include "twin_irq.h"
#include "twin_state.h"

uint8_t *twin_flash;

// As esp.flash_size() reads it: upstream looks 4 bytes behind this symbol.
struct { uint32_t unused; SpiFlashChip chip; } flashchip = {
    0, {0x1440c8, FLASH_SIZE, 65536, FLASH_SECTOR, FLASH_PAGE, 0xffff},
};

uint32 spi_flash_get_id(void) {
    return flashchip.chip.deviceId;
}

static bool cut_now(void) {
    uint32_t operation = ++twin->flash_ops;
    return twin->cut_at != 0 && operation == twin->cut_at;
}

static bool outside(uint32_t address, uint32_t size) {
    return address > FLASH_SIZE || size > FLASH_SIZE - address || twin_flash == NULL;
}

SpiFlashOpResult spi_flash_read(uint32 address, uint32 *data, uint32 size) {
    if (outside(address, size)) {
        return SPI_FLASH_RESULT_ERR;
    }
    memcpy(data, twin_flash + address, size);
    return SPI_FLASH_RESULT_OK;
}

static void program(uint32_t address, const uint8_t *data, uint32_t size) {
    for (uint32_t i = 0; i < size; i++) {
        twin_flash[address + i] &= data[i];
    }
}

SpiFlashOpResult spi_flash_write(uint32 address, const void *data, uint32 size) {
    if (outside(address, size) || (address & 3)) {
        return SPI_FLASH_RESULT_ERR;
    }
    const uint8_t *bytes = data;
    while (size) {
        uint32_t room = FLASH_PAGE - address % FLASH_PAGE;
        uint32_t count = size < room ? size : room;
        if (cut_now()) {
            program(address, bytes, count / 2);
            twin_halt(EXIT_POWER_CUT, REASON_DEFAULT_RST);
        }
        program(address, bytes, count);
        address += count;
        bytes += count;
        size -= count;
    }
    return SPI_FLASH_RESULT_OK;
}

// The chip runs no code from flash while it erases: interrupts wait too.
SpiFlashOpResult spi_flash_erase_sector(uint16 sector) {
    uint32_t address = sector * FLASH_SECTOR;
    if (outside(address, FLASH_SECTOR)) {
        return SPI_FLASH_RESULT_ERR;
    }
    uint32_t held = twin_irq_hold();
    bool cut = cut_now();
    memset(twin_flash + address, 0xff, cut ? FLASH_SECTOR / 2 : FLASH_SECTOR);
    twin_block_ms(cut ? twin->erase_ms / 2 : twin->erase_ms);
    if (cut) {
        twin_halt(EXIT_POWER_CUT, REASON_DEFAULT_RST);
    }
    twin_irq_restore(held);
    return SPI_FLASH_RESULT_OK;
}
