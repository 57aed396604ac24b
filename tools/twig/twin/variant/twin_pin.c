// Levels of the pins, and their interrupts: soft ones are scheduled, hard ones run at once.
#include "py/gc.h"
#include "py/mphal.h"
#include "py/runtime.h"
#include "twin_irq.h"
#include "twin_pin.h"
#include "twin_state.h"

#define IRQ_STACK_BYTES (65536) // the host's signal frame lies on the stack; the chip's does not count

uint8_t pin_mode[TWIN_PINS];
static uint32_t seen_rising[TWIN_PINS], seen_falling[TWIN_PINS];

// GPIO0 and GPIO2 are pulled up on every board, else the chip would not start from flash.
static bool pulled_up(int pin) {
    return twin->pins[pin].pull || pin == 0 || pin == 2;
}

int twin_pin_level(int number) {
    const twin_pin_t *pin = &twin->pins[number];
    if (pin->mode == GPIO_MODE_OUTPUT || (pin->mode == GPIO_MODE_OPEN_DRAIN && !pin->out)) {
        return pin->out;
    }
    return pin->input == INPUT_FLOATING ? pulled_up(number) : pin->input;
}

void twin_pin_settle(int number, int kind) {
    uint32_t held = twin_irq_hold(); // a hard handler may change pins too
    int level = twin_pin_level(number);
    if (level != twin->pins[number].level) {
        twin->pins[number].level = level;
        twin_pin_edge(number, level, kind);
    }
    twin_irq_restore(held);
}

void pin_init0(void) {
    for (int i = 0; i < TWIN_PINS; i++) {
        twin->pins[i].trigger = 0;
        seen_rising[i] = twin->pins[i].rising;
        seen_falling[i] = twin->pins[i].falling;
        twin->pins[i].level = twin_pin_level(i);
    }
    memset(&MP_STATE_PORT(pin_irq_handler)[0], 0, sizeof(MP_STATE_PORT(pin_irq_handler)));
}

int pin_get(uint pin) {
    return twin_pin_level(pin);
}

void pin_set(uint pin, int value) {
    if (value >= 0) {
        twin->pins[pin].out = value;
    }
    twin_pin_settle(pin, EDGE_OUTPUT);
}

static void fail(int number, mp_obj_t exception) {
    twin->irq_errors++;
    twin->pins[number].trigger = 0;
    MP_STATE_PORT(pin_irq_handler)[number] = MP_OBJ_NULL;
    mp_printf(&mp_plat_print, "Uncaught exception in IRQ callback handler\n");
    mp_obj_print_exception(&mp_plat_print, exception);
}

// A hard handler runs at once, whatever the VM is doing: nothing may be allocated or scheduled in.
static void run_hard(int number, mp_obj_t handler) {
    mp_uint_t limit = MP_STATE_THREAD(stack_limit);
    MP_STATE_THREAD(stack_limit) = limit + IRQ_STACK_BYTES;
    mp_sched_lock();
    gc_lock();
    twin->irq_runs++;
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        mp_call_function_1(handler, MP_OBJ_FROM_PTR(&pyb_pin_obj[number]));
        nlr_pop();
    } else {
        fail(number, MP_OBJ_FROM_PTR(nlr.ret_val));
    }
    gc_unlock();
    mp_sched_unlock();
    MP_STATE_THREAD(stack_limit) = limit;
}

static void interrupt(int number, int edges) {
    twin_pin_settle(number, EDGE_INPUT);
    mp_obj_t handler = MP_STATE_PORT(pin_irq_handler)[number];
    if (handler == MP_OBJ_NULL || !(twin->pins[number].trigger & edges)) {
        return;
    }
    if (twin->pins[number].hard) {
        run_hard(number, handler);
    } else {
        mp_sched_schedule(handler, MP_OBJ_FROM_PTR(&pyb_pin_obj[number]));
    }
}

void twin_pins_interrupt(void) {
    for (int i = 0; i < TWIN_PINS; i++) {
        uint32_t rising = twin->pins[i].rising, falling = twin->pins[i].falling;
        int edges = (rising != seen_rising[i] ? TWIN_RISING : 0) | (falling != seen_falling[i] ? TWIN_FALLING : 0);
        seen_rising[i] = rising;
        seen_falling[i] = falling;
        if (edges) {
            interrupt(i, edges);
        }
    }
}

MP_REGISTER_ROOT_POINTER(mp_obj_t pin_irq_handler[40]); // TWIN_PINS
