// The ESP8266's own configuration (upstream's mpconfigport.h, FLASH_1M board), with only those
// settings replaced that name the chip's registers, its SDK or its compiler. An ESP32 has it too, so that
// what it could do more is missing, but for what the firmware meets there.
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#if TWIN_ESP32
#define MICROPY_PY_NETWORK_HOSTNAME_DEFAULT "mpy-esp32"
#endif
#include "ports/esp8266/mpconfigport.h"

// A unix process has no xtensa core.
#undef MICROPY_EMIT_XTENSA
#undef MICROPY_EMIT_INLINE_XTENSA
#undef MP_PLAT_COMMIT_EXEC
#undef MICROPY_MODULE_FROZEN_LEXER
#undef MICROPY_MAKE_POINTER_CALLABLE
#undef MP_FASTCODE
#define MP_FASTCODE(n) n
#undef MICROPY_MPHALPORT_H
#define MICROPY_MPHALPORT_H "twin_mphal.h"
#undef MP_NEED_LOG2
#undef _assert
#undef WDEV_HWRNG
#define WDEV_HWRNG twin_random_register()
volatile uint32_t *twin_random_register(void);
#define MICROPY_USE_INTERNAL_PRINTF (0)
#define MICROPY_FLOAT_USE_NATIVE_FLT16 (0)
#define MICROPY_GCREGS_SETJMP (1)

#if TWIN_ESP32
#undef MICROPY_PY_SYS_PLATFORM
#define MICROPY_PY_SYS_PLATFORM "esp32"
#undef MICROPY_OBJ_REPR
#define MICROPY_OBJ_REPR (MICROPY_OBJ_REPR_A)
#undef MICROPY_PY_NETWORK_MODULE_GLOBALS_INCLUDEFILE
#define MICROPY_PY_NETWORK_MODULE_GLOBALS_INCLUDEFILE "twin_network.h"
#undef MICROPY_PY_MACHINE_WDT_INCLUDEFILE
#define MICROPY_PY_MACHINE_WDT_INCLUDEFILE "twin_wdt.c"
#endif

// lwIP is replaced by twin_socket.c; axtls by mbedtls, which gives the same two hashes and AES modes.
#undef MICROPY_PY_LWIP
#define MICROPY_PY_LWIP (0)
#undef MICROPY_PY_HASHLIB_SHA1
#define MICROPY_PY_HASHLIB_SHA1 (1)
#define MICROPY_PY_CRYPTOLIB_CTR (0)
#define MICROPY_VFS_POSIX (1) // only for scripts that the host runs

// Peripherals that no board of ours uses need registers: left out.
#undef MICROPY_PY_MACHINE_BITSTREAM
#undef MICROPY_PY_MACHINE_DHT_READINTO
#undef MICROPY_PY_MACHINE_PWM
#undef MICROPY_PY_MACHINE_PWM_DUTY
#undef MICROPY_PY_MACHINE_SOFTI2C
#undef MICROPY_PY_MACHINE_SPI
#undef MICROPY_PY_MACHINE_SOFTSPI
#undef MICROPY_PY_ONEWIRE
#undef MICROPY_PY_WEBREPL
#undef MICROPY_PY_OS_DUPTERM_NOTIFY
#undef MICROPY_PY_OS_DUPTERM_STREAM_DETACHED_ATTACHED
#undef MICROPY_PY_OS_INCLUDEFILE
#define MICROPY_PY_OS_INCLUDEFILE "twin_os.c"
#undef MICROPY_ESP8266_APA102
#undef MICROPY_PY_MACHINE_INCLUDEFILE
#define MICROPY_PY_MACHINE_INCLUDEFILE "twin_machine.c"

// The event loop sleeps instead of spinning.
#undef MICROPY_INTERNAL_WFE
#define MICROPY_INTERNAL_WFE(TIMEOUT_MS) twin_wait_ms(TIMEOUT_MS)
void twin_wait_ms(uint32_t timeout_ms);
