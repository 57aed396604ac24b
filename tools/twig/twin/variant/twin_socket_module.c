// The module socket (by its other name, lwip).
#include <arpa/inet.h>

#include "py/runtime.h"
#include "twin_net.h"

static mp_obj_t socket_getaddrinfo(size_t n_args, const mp_obj_t *args) {
    struct sockaddr_in found = {.sin_family = AF_INET};
    found.sin_port = htons(mp_obj_get_int(args[1]));
    if (twin_net_resolve(mp_obj_str_get_str(args[0]), &found.sin_addr) < 0) {
        mp_raise_OSError(-2); // lwIP's way to say that the name is not known
    }
    mp_obj_t items[5] = {
        MP_OBJ_NEW_SMALL_INT(2), MP_OBJ_NEW_SMALL_INT(1), MP_OBJ_NEW_SMALL_INT(0),
        MP_OBJ_NEW_QSTR(MP_QSTR_), twin_socket_address(&found),
    };
    mp_obj_t tuple = mp_obj_new_tuple(5, items);
    return mp_obj_new_list(1, &tuple);
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(socket_getaddrinfo_obj, 2, 6, socket_getaddrinfo);

static const mp_rom_map_elem_t socket_globals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_lwip) },
    { MP_ROM_QSTR(MP_QSTR_getaddrinfo), MP_ROM_PTR(&socket_getaddrinfo_obj) },
    { MP_ROM_QSTR(MP_QSTR_socket), MP_ROM_PTR(&twin_socket_type) },
    { MP_ROM_QSTR(MP_QSTR_AF_INET), MP_ROM_INT(2) },
    { MP_ROM_QSTR(MP_QSTR_AF_INET6), MP_ROM_INT(10) },
    { MP_ROM_QSTR(MP_QSTR_SOCK_STREAM), MP_ROM_INT(1) },
    { MP_ROM_QSTR(MP_QSTR_SOCK_DGRAM), MP_ROM_INT(2) },
    { MP_ROM_QSTR(MP_QSTR_SOL_SOCKET), MP_ROM_INT(1) },
    { MP_ROM_QSTR(MP_QSTR_SO_REUSEADDR), MP_ROM_INT(4) },
    { MP_ROM_QSTR(MP_QSTR_SO_BROADCAST), MP_ROM_INT(32) },
    { MP_ROM_QSTR(MP_QSTR_IPPROTO_IP), MP_ROM_INT(0) },
    { MP_ROM_QSTR(MP_QSTR_IP_ADD_MEMBERSHIP), MP_ROM_INT(CHIP_ADD_MEMBERSHIP) },
    #if !TWIN_ESP32
    { MP_ROM_QSTR(MP_QSTR_IP_DROP_MEMBERSHIP), MP_ROM_INT(CHIP_DROP_MEMBERSHIP) },
    #endif
    { MP_ROM_QSTR(MP_QSTR_IPPROTO_TCP), MP_ROM_INT(6) },
    { MP_ROM_QSTR(MP_QSTR_TCP_NODELAY), MP_ROM_INT(CHIP_NODELAY) },
};
static MP_DEFINE_CONST_DICT(socket_globals, socket_globals_table);

const mp_obj_module_t twin_socket_module = {
    .base = { &mp_type_module },
    .globals = (mp_obj_dict_t *)&socket_globals,
};

MP_REGISTER_MODULE(MP_QSTR_lwip, twin_socket_module);
MP_REGISTER_EXTENSIBLE_MODULE(MP_QSTR_socket, twin_socket_module);
