// What differs between the chips: the Makefile's CHIP names one. Everything else is written for the ESP8266.
#ifndef TWIN_CHIP_H
#define TWIN_CHIP_H

#if TWIN_ESP32
#define CHIP_FLASH_BYTES (4 * 1024 * 1024)
#define CHIP_STACK_BYTES (15 * 1024) // the task's 16 KiB without upstream's margin
#define CHIP_HEAP_BYTES (110 * 1024) // what grows to that on the chip beside Wi-Fi is one piece here
#define CHIP_WDT_MS (5000)           // of WDT() without a time-out
#define CHIP_TCP_MAX (12)            // CONFIG_LWIP_MAX_ACTIVE_TCP
#define CHIP_SEND_BYTES (5744)       // TCP_SND_BUF
#define CHIP_ADD_MEMBERSHIP (3)
#define CHIP_DROP_MEMBERSHIP (-1)    // has none
#define CHIP_NODELAY (1)
#define CHIP_PINS (40)
#define CHIP_IRQ_PINS (40)
#define CHIP_FORGETS_WIFI (1)
#define CHIP_MAIN_AFTER_ERROR (1)    // main.py runs even when boot.py fails
#else
#define CHIP_FLASH_BYTES (1024 * 1024)
#define CHIP_STACK_BYTES (8192)
#define CHIP_HEAP_BYTES (38 * 1024)
#define CHIP_WDT_MS (2000)
#define CHIP_TCP_MAX (5)       // as many fit beside the rest in the SDK's heap
#define CHIP_SEND_BYTES (1072) // TCP_SND_BUF
#define CHIP_ADD_MEMBERSHIP (0x400)
#define CHIP_DROP_MEMBERSHIP (0x401)
#define CHIP_NODELAY (0x40)
#define CHIP_PINS (17)
#define CHIP_IRQ_PINS (16)
#define CHIP_FORGETS_WIFI (0)
#define CHIP_MAIN_AFTER_ERROR (0)
#endif

#endif
