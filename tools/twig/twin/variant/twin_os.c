// Included from extmod/modos.c.
#include "sdk/user_interface.h"

static const char *mp_os_uname_release(void) {
    return system_get_sdk_version();
}

static mp_obj_t mp_os_urandom(mp_obj_t count_in) {
    vstr_t vstr;
    vstr_init_len(&vstr, mp_obj_get_int(count_in));
    for (size_t i = 0; i < vstr.len; i++) {
        vstr.buf[i] = *WDEV_HWRNG;
    }
    return mp_obj_new_bytes_from_vstr(&vstr);
}
static MP_DEFINE_CONST_FUN_OBJ_1(mp_os_urandom_obj, mp_os_urandom);
