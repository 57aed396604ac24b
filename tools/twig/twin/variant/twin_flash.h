// The NOR flash: flash.bin.
#ifndef TWIN_FLASH_H
#define TWIN_FLASH_H
#include <stdint.h>
#include "twin_chip.h"
#define FLASH_SIZE CHIP_FLASH_BYTES
#define FLASH_SECTOR (4096)
#define FLASH_PAGE (256)
#define FLASH_MAPPED (0x40200000)
extern uint8_t *twin_flash;
#endif
