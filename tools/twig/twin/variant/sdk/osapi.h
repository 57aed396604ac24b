// Upstream's only inline assembly is "waiti 0": sleep until the next interrupt.
#include "sdk/os_type.h"
#define asm(instruction) twin_wait_ms(1)
