// The class machine.Pin of the chip.
#include "py/mphal.h"
#include "py/runtime.h"
#include "extmod/virtpin.h"
#include "twin_chip.h"
#include "twin_pin.h"
#include "twin_state.h"

#define PIN(n) {{&pyb_pin_type}, n, 0, 0}
#define NO_PIN {{NULL}, 0, 0, 0}
// The flash's are left out but for those of the ESP8266 that upstream has.
const pyb_pin_obj_t pyb_pin_obj[TWIN_PINS] = {
    PIN(0), PIN(1), PIN(2), PIN(3), PIN(4), PIN(5), NO_PIN, NO_PIN, NO_PIN,
    #if TWIN_ESP32
    NO_PIN, NO_PIN, NO_PIN, PIN(12), PIN(13), PIN(14), PIN(15), PIN(16), PIN(17), PIN(18), PIN(19), NO_PIN,
    PIN(21), PIN(22), PIN(23), NO_PIN, PIN(25), PIN(26), PIN(27), NO_PIN, NO_PIN, NO_PIN, NO_PIN,
    PIN(32), PIN(33), PIN(34), PIN(35), PIN(36), PIN(37), PIN(38), PIN(39),
    #else
    PIN(9), PIN(10), NO_PIN, PIN(12), PIN(13), PIN(14), PIN(15), PIN(16),
    #endif
};
pyb_pin_obj_t *mp_obj_get_pin_obj(mp_obj_t pin_in) {
    if (mp_obj_is_type(pin_in, &pyb_pin_type)) {
        return MP_OBJ_TO_PTR(pin_in);
    }
    mp_int_t wanted = mp_obj_is_small_int(pin_in) ? mp_obj_get_int(pin_in) : -1;
    if (wanted < 0 || wanted >= CHIP_PINS || pyb_pin_obj[wanted].base.type == NULL) {
        mp_raise_ValueError(MP_ERROR_TEXT("invalid pin"));
    }
    return (pyb_pin_obj_t *)&pyb_pin_obj[wanted];
}

uint mp_obj_get_pin(mp_obj_t pin_in) {
    return mp_obj_get_pin_obj(pin_in)->phys_port;
}

static mp_obj_t pin_init_helper(pyb_pin_obj_t *self, size_t n_args, const mp_obj_t *pos_args, mp_map_t *kw_args) {
    enum { ARG_mode, ARG_pull, ARG_value };
    static const mp_arg_t allowed[] = {
        { MP_QSTR_mode, MP_ARG_REQUIRED | MP_ARG_INT },
        { MP_QSTR_pull, MP_ARG_OBJ, {.u_rom_obj = MP_ROM_NONE}},
        { MP_QSTR_value, MP_ARG_KW_ONLY | MP_ARG_OBJ, {.u_rom_obj = MP_ROM_PTR(MP_OBJ_NULL)}},
    };
    mp_arg_val_t args[MP_ARRAY_SIZE(allowed)];
    mp_arg_parse_all(n_args, pos_args, kw_args, MP_ARRAY_SIZE(allowed), allowed, args);
    uint pull = args[ARG_pull].u_obj == mp_const_none ? GPIO_PULL_NONE : mp_obj_get_int(args[ARG_pull].u_obj);
    if (self->phys_port >= CHIP_IRQ_PINS && pull != GPIO_PULL_NONE) {
        mp_raise_ValueError(MP_ERROR_TEXT("Pin(16) doesn't support pull"));
    }
    int value = args[ARG_value].u_obj == MP_OBJ_NULL ? -1 : mp_obj_is_true(args[ARG_value].u_obj);
    twin_pin_t *pin = &twin->pins[self->phys_port];
    uint32_t held = twin_irq_hold();
    pin_mode[self->phys_port] = args[ARG_mode].u_int;
    pin->pull = pull & GPIO_PULL_UP;
    if (value >= 0) {
        pin->out = value;
    }
    pin->mode = args[ARG_mode].u_int;
    twin_pin_settle(self->phys_port, EDGE_OUTPUT);
    twin_irq_restore(held);
    return mp_const_none;
}

mp_obj_t mp_pin_make_new(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args) {
    mp_arg_check_num(n_args, n_kw, 1, MP_OBJ_FUN_ARGS_MAX, true);
    pyb_pin_obj_t *pin = mp_obj_get_pin_obj(args[0]);
    if (n_args > 1 || n_kw > 0) {
        mp_map_t kw_args;
        mp_map_init_fixed_table(&kw_args, n_kw, args + n_args);
        pin_init_helper(pin, n_args - 1, args + 1, &kw_args);
    }
    return MP_OBJ_FROM_PTR(pin);
}

static mp_obj_t pin_call(mp_obj_t self_in, size_t n_args, size_t n_kw, const mp_obj_t *args) {
    mp_arg_check_num(n_args, n_kw, 0, 1, false);
    pyb_pin_obj_t *self = MP_OBJ_TO_PTR(self_in);
    if (n_args == 0) {
        return MP_OBJ_NEW_SMALL_INT(pin_get(self->phys_port));
    }
    pin_set(self->phys_port, mp_obj_is_true(args[0]));
    return mp_const_none;
}

static mp_obj_t pin_init(size_t n_args, const mp_obj_t *args, mp_map_t *kw_args) {
    return pin_init_helper(MP_OBJ_TO_PTR(args[0]), n_args - 1, args + 1, kw_args);
}
MP_DEFINE_CONST_FUN_OBJ_KW(pin_init_obj, 1, pin_init);

static mp_obj_t pin_value(size_t n_args, const mp_obj_t *args) {
    return pin_call(args[0], n_args - 1, 0, args + 1);
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(pin_value_obj, 1, 2, pin_value);

static mp_obj_t pin_off(mp_obj_t self_in) {
    pin_set(mp_obj_get_pin(self_in), 0);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(pin_off_obj, pin_off);

static mp_obj_t pin_on(mp_obj_t self_in) {
    pin_set(mp_obj_get_pin(self_in), 1);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(pin_on_obj, pin_on);

static mp_obj_t pin_toggle(mp_obj_t self_in) {
    uint number = mp_obj_get_pin(self_in);
    pin_set(number, !twin->pins[number].out);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(pin_toggle_obj, pin_toggle);

static void refuse_hard(void) {
    #if TWIN_ESP32
    mp_raise_TypeError(MP_ERROR_TEXT("extra keyword arguments given"));
    #else
    mp_raise_ValueError(MP_ERROR_TEXT("hard IRQ not supported"));
    #endif
}

static mp_obj_t pin_irq(size_t n_args, const mp_obj_t *pos_args, mp_map_t *kw_args) {
    enum { ARG_handler, ARG_trigger, ARG_hard };
    static const mp_arg_t allowed[] = {
        { MP_QSTR_handler, MP_ARG_OBJ, {.u_rom_obj = MP_ROM_NONE} },
        { MP_QSTR_trigger, MP_ARG_INT, {.u_int = TWIN_RISING | TWIN_FALLING} },
        { MP_QSTR_hard, MP_ARG_BOOL, {.u_bool = false} },
    };
    mp_arg_val_t args[MP_ARRAY_SIZE(allowed)];
    mp_arg_parse_all(n_args - 1, pos_args + 1, kw_args, MP_ARRAY_SIZE(allowed), allowed, args);
    uint number = mp_obj_get_pin(pos_args[0]);
    if (number >= CHIP_IRQ_PINS) {
        mp_raise_msg(&mp_type_OSError, MP_ERROR_TEXT("pin does not have IRQ capabilities"));
    }
    if (args[ARG_hard].u_bool && twin->refuse_hard) {
        refuse_hard();
    }
    bool none = args[ARG_handler].u_obj == mp_const_none;
    uint32_t held = twin_irq_hold();
    MP_STATE_PORT(pin_irq_handler)[number] = none ? MP_OBJ_NULL : args[ARG_handler].u_obj;
    twin->pins[number].hard = args[ARG_hard].u_bool;
    twin->pins[number].trigger = none ? 0 : args[ARG_trigger].u_int;
    twin_irq_restore(held);
    return pos_args[0];
}
static MP_DEFINE_CONST_FUN_OBJ_KW(pin_irq_obj, 1, pin_irq);

static mp_uint_t pin_ioctl(mp_obj_t self_in, mp_uint_t request, uintptr_t arg, int *errcode) {
    uint number = mp_obj_get_pin(self_in);
    switch (request) {
        case MP_PIN_READ:
            return pin_get(number);
        case MP_PIN_WRITE:
            pin_set(number, arg);
            return 0;
    }
    return -1;
}

static void pin_print(const mp_print_t *print, mp_obj_t self_in, mp_print_kind_t kind) {
    mp_printf(print, "Pin(%u)", mp_obj_get_pin(self_in));
}

static const mp_rom_map_elem_t pin_locals_table[] = {
    { MP_ROM_QSTR(MP_QSTR_init), MP_ROM_PTR(&pin_init_obj) },
    { MP_ROM_QSTR(MP_QSTR_value), MP_ROM_PTR(&pin_value_obj) },
    { MP_ROM_QSTR(MP_QSTR_off), MP_ROM_PTR(&pin_off_obj) },
    { MP_ROM_QSTR(MP_QSTR_on), MP_ROM_PTR(&pin_on_obj) },
    { MP_ROM_QSTR(MP_QSTR_toggle), MP_ROM_PTR(&pin_toggle_obj) },
    { MP_ROM_QSTR(MP_QSTR_irq), MP_ROM_PTR(&pin_irq_obj) },
    { MP_ROM_QSTR(MP_QSTR_IN), MP_ROM_INT(GPIO_MODE_INPUT) },
    { MP_ROM_QSTR(MP_QSTR_OUT), MP_ROM_INT(GPIO_MODE_OUTPUT) },
    { MP_ROM_QSTR(MP_QSTR_OPEN_DRAIN), MP_ROM_INT(GPIO_MODE_OPEN_DRAIN) },
    { MP_ROM_QSTR(MP_QSTR_PULL_UP), MP_ROM_INT(GPIO_PULL_UP) },
    { MP_ROM_QSTR(MP_QSTR_IRQ_RISING), MP_ROM_INT(TWIN_RISING) },
    { MP_ROM_QSTR(MP_QSTR_IRQ_FALLING), MP_ROM_INT(TWIN_FALLING) },
};
static MP_DEFINE_CONST_DICT(pin_locals, pin_locals_table);

static const mp_pin_p_t pin_protocol = {
    .ioctl = pin_ioctl,
};

MP_DEFINE_CONST_OBJ_TYPE(
    pyb_pin_type,
    MP_QSTR_Pin,
    MP_TYPE_FLAG_NONE,
    make_new, mp_pin_make_new,
    print, pin_print,
    call, pin_call,
    protocol, &pin_protocol,
    locals_dict, &pin_locals
    );
