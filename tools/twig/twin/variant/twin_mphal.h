// Hardware layer of the twin: clock, console, atomic sections that hold back the virtual interrupts.
#ifndef TWIN_MPHAL_H
#define TWIN_MPHAL_H

#include <errno.h>
#include <stdbool.h>
#include <unistd.h>

#include "sdk/user_interface.h"
#include "shared/runtime/interrupt_char.h"

uint32_t twin_irq_hold(void);
void twin_irq_restore(uint32_t held);
#define MICROPY_BEGIN_ATOMIC_SECTION() twin_irq_hold()
#define MICROPY_END_ATOMIC_SECTION(held) twin_irq_restore(held)

void mp_hal_init(void);
void mp_hal_rtc_init(void);
void mp_hal_set_interrupt_char(int c);
void mp_hal_delay_us(uint32_t us);
uint32_t mp_hal_ticks_us(void);
#define mp_hal_ticks_cpu() mp_hal_ticks_us()

#define mp_hal_pin_obj_t uint32_t
#define mp_hal_get_pin_obj(o) mp_obj_get_pin(o)
#define mp_hal_pin_read(p) pin_get(p)
#define mp_hal_pin_write(p, v) pin_set((p), (v))
// Upstream's header has as many pins as an ESP8266.
#define pyb_pin_obj chip_pin_obj
#define pin_mode chip_pin_mode
#include "ports/esp8266/modmachine.h"
#undef pyb_pin_obj
#undef pin_mode
extern const pyb_pin_obj_t pyb_pin_obj[];
extern uint8_t pin_mode[];

// For VfsPosix: system calls go on after a virtual interrupt.
#define MP_HAL_RETRY_SYSCALL(ret, syscall, raise) \
    for (;;) { \
        ret = syscall; \
        if (ret == -1) { \
            int err = errno; \
            if (err == EINTR) { \
                continue; \
            } \
            raise; \
        } \
        break; \
    }
#define RAISE_ERRNO(err_flag, error_val) \
    { if (err_flag == -1) { mp_raise_OSError(error_val); } }

#endif
