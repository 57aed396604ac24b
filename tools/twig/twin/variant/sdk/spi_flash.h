// Flash access of the ESP8266 SDK.
#ifndef TWIN_SDK_SPI_FLASH_H
#define TWIN_SDK_SPI_FLASH_H

#include "sdk/os_type.h"

typedef enum { SPI_FLASH_RESULT_OK, SPI_FLASH_RESULT_ERR, SPI_FLASH_RESULT_TIMEOUT } SpiFlashOpResult;
typedef struct {
    uint32 deviceId, chip_size, block_size, sector_size, page_size, status_mask;
} SpiFlashChip;

uint32 spi_flash_get_id(void);
SpiFlashOpResult spi_flash_erase_sector(uint16 sector);
SpiFlashOpResult spi_flash_write(uint32 address, const void *data, uint32 size);
SpiFlashOpResult spi_flash_read(uint32 address, uint32 *data, uint32 size);

#endif
