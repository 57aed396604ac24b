// The class socket, with the blocking and error rules of lwIP's module.
#include <arpa/inet.h>
#include <poll.h>

#include "py/mperrno.h"
#include "py/mphal.h"
#include "py/runtime.h"
#include "py/stream.h"
#include "shared/netutils/netutils.h"
#include "twin_irq.h"
#include "twin_net.h"
#include "twin_wait.h"

static void check(int result) {
    if (result < 0) {
        mp_raise_OSError(-result);
    }
}

static struct sockaddr_in address(mp_obj_t address_in) {
    struct sockaddr_in to = {.sin_family = AF_INET};
    mp_obj_t *items;
    mp_obj_get_array_fixed_n(address_in, 2, &items);
    const char *text = mp_obj_str_get_str(items[0]);
    if (*text && !inet_aton(text, &to.sin_addr)) {
        mp_raise_ValueError(MP_ERROR_TEXT("invalid arguments"));
    }
    to.sin_port = htons(mp_obj_get_int(items[1]));
    return to;
}

mp_obj_t twin_socket_address(const struct sockaddr_in *from) {
    return netutils_format_inet_addr((uint8_t *)&from->sin_addr, ntohs(from->sin_port), NETUTILS_BIG);
}

static mp_obj_t socket_make_new(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args) {
    mp_arg_check_num(n_args, n_kw, 0, 4, false);
    twin_socket_t *self = mp_obj_malloc_with_finaliser(twin_socket_t, &twin_socket_type);
    self->fd = self->group_fd = -1;
    check(twin_net_open(self, n_args > 1 && mp_obj_get_int(args[1]) == 2));
    return MP_OBJ_FROM_PTR(self);
}

static mp_obj_t socket_bind(mp_obj_t self_in, mp_obj_t address_in) {
    struct sockaddr_in to = address(address_in);
    check(twin_net_bind(MP_OBJ_TO_PTR(self_in), &to));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(socket_bind_obj, socket_bind);

static mp_obj_t socket_listen(size_t n_args, const mp_obj_t *args) {
    int backlog = n_args > 1 ? mp_obj_get_int(args[1]) : 2;
    check(twin_net_listen(MP_OBJ_TO_PTR(args[0]), backlog < 1 ? 1 : backlog));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(socket_listen_obj, 1, 2, socket_listen);

static mp_obj_t socket_connect(mp_obj_t self_in, mp_obj_t address_in) {
    twin_socket_t *self = MP_OBJ_TO_PTR(self_in);
    struct sockaddr_in to = address(address_in);
    check(twin_net_connect(self, &to));
    mp_uint_t start = mp_hal_ticks_ms();
    while (self->state == TWIN_CONNECTING) {
        if (!twin_wait(self, POLLOUT, start)) {
            mp_raise_OSError(self->timeout_ms == 0 ? MP_EINPROGRESS : MP_ETIMEDOUT);
        }
        twin_net_poll(self, POLLOUT);
    }
    check(-self->error);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(socket_connect_obj, socket_connect);

static mp_obj_t socket_accept(mp_obj_t self_in) {
    twin_socket_t *self = MP_OBJ_TO_PTR(self_in);
    twin_socket_t *child = mp_obj_malloc_with_finaliser(twin_socket_t, &twin_socket_type);
    child->fd = child->group_fd = -1;
    child->timeout_ms = self->timeout_ms;
    struct sockaddr_in from;
    mp_uint_t start = mp_hal_ticks_ms();
    int result;
    while ((result = twin_net_accept(self, child, &from)) == -MP_EAGAIN) {
        if (!twin_wait(self, POLLIN, start)) {
            mp_raise_OSError(-twin_wait_over(self));
        }
    }
    check(result);
    mp_obj_t items[2] = {MP_OBJ_FROM_PTR(child), twin_socket_address(&from)};
    return mp_obj_new_tuple(2, items);
}
static MP_DEFINE_CONST_FUN_OBJ_1(socket_accept_obj, socket_accept);

static mp_obj_t received(twin_socket_t *self, mp_obj_t length_in, struct sockaddr_in *from) {
    vstr_t vstr;
    vstr_init_len(&vstr, mp_obj_get_int(length_in));
    int size = twin_wait_receive(self, vstr.buf, vstr.len, from);
    check(size);
    if (size == 0) {
        return mp_const_empty_bytes;
    }
    vstr.len = size;
    return mp_obj_new_bytes_from_vstr(&vstr);
}

static mp_obj_t socket_recv(mp_obj_t self_in, mp_obj_t length_in) {
    struct sockaddr_in from;
    return received(MP_OBJ_TO_PTR(self_in), length_in, &from);
}
static MP_DEFINE_CONST_FUN_OBJ_2(socket_recv_obj, socket_recv);

static mp_obj_t socket_recvfrom(mp_obj_t self_in, mp_obj_t length_in) {
    struct sockaddr_in from;
    mp_obj_t items[2] = {received(MP_OBJ_TO_PTR(self_in), length_in, &from), mp_const_none};
    items[1] = twin_socket_address(&from);
    return mp_obj_new_tuple(2, items);
}
static MP_DEFINE_CONST_FUN_OBJ_2(socket_recvfrom_obj, socket_recvfrom);

static mp_obj_t socket_send(mp_obj_t self_in, mp_obj_t data_in) {
    mp_buffer_info_t data;
    mp_get_buffer_raise(data_in, &data, MP_BUFFER_READ);
    int size = twin_wait_send(MP_OBJ_TO_PTR(self_in), data.buf, data.len, NULL);
    check(size);
    return MP_OBJ_NEW_SMALL_INT(size);
}
static MP_DEFINE_CONST_FUN_OBJ_2(socket_send_obj, socket_send);

static mp_obj_t socket_sendall(mp_obj_t self_in, mp_obj_t data_in) {
    twin_socket_t *self = MP_OBJ_TO_PTR(self_in);
    mp_buffer_info_t data;
    mp_get_buffer_raise(data_in, &data, MP_BUFFER_READ);
    if (self->timeout_ms == 0) {
        mp_raise_NotImplementedError(NULL);
    }
    for (size_t sent = 0; sent < data.len;) {
        int size = twin_wait_send(self, (char *)data.buf + sent, data.len - sent, NULL);
        check(size);
        sent += size;
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(socket_sendall_obj, socket_sendall);

static mp_obj_t socket_sendto(mp_obj_t self_in, mp_obj_t data_in, mp_obj_t address_in) {
    mp_buffer_info_t data;
    mp_get_buffer_raise(data_in, &data, MP_BUFFER_READ);
    struct sockaddr_in to = address(address_in);
    int size = twin_wait_send(MP_OBJ_TO_PTR(self_in), data.buf, data.len, &to);
    check(size);
    return MP_OBJ_NEW_SMALL_INT(size);
}
static MP_DEFINE_CONST_FUN_OBJ_3(socket_sendto_obj, socket_sendto);

static mp_obj_t socket_settimeout(mp_obj_t self_in, mp_obj_t timeout_in) {
    twin_socket_t *self = MP_OBJ_TO_PTR(self_in);
    self->timeout_ms = timeout_in == mp_const_none ? -1 : (int)(mp_obj_get_float(timeout_in) * 1000);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(socket_settimeout_obj, socket_settimeout);

static mp_obj_t socket_setblocking(mp_obj_t self_in, mp_obj_t flag_in) {
    twin_socket_t *self = MP_OBJ_TO_PTR(self_in);
    self->timeout_ms = mp_obj_is_true(flag_in) ? -1 : 0;
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(socket_setblocking_obj, socket_setblocking);

// As in lwIP the option alone decides; the level is not looked at.
static mp_obj_t socket_setsockopt(size_t n_args, const mp_obj_t *args) {
    int option = mp_obj_get_int(args[2]);
    if (option == CHIP_NODELAY) {
        twin_net_nodelay(MP_OBJ_TO_PTR(args[0]), mp_obj_is_true(args[3]));
    }
    if (option != CHIP_ADD_MEMBERSHIP && option != CHIP_DROP_MEMBERSHIP) {
        return mp_const_none; // address reuse and broadcast are always on
    }
    mp_buffer_info_t data;
    mp_get_buffer_raise(args[3], &data, MP_BUFFER_READ);
    if (data.len != 8) {
        mp_raise_ValueError(NULL);
    }
    check(twin_net_group(MP_OBJ_TO_PTR(args[0]), data.buf, option == CHIP_ADD_MEMBERSHIP));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(socket_setsockopt_obj, 4, 4, socket_setsockopt);

static mp_obj_t socket_makefile(size_t n_args, const mp_obj_t *args) {
    return args[0];
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(socket_makefile_obj, 1, 3, socket_makefile);

static mp_uint_t stream_result(int result, int *errcode) {
    if (result < 0) {
        *errcode = -result;
        return MP_STREAM_ERROR;
    }
    return result;
}

static mp_uint_t socket_read(mp_obj_t self_in, void *data, mp_uint_t size, int *errcode) {
    struct sockaddr_in from;
    return stream_result(twin_wait_receive(MP_OBJ_TO_PTR(self_in), data, size, &from), errcode);
}

static mp_uint_t socket_write(mp_obj_t self_in, const void *data, mp_uint_t size, int *errcode) {
    return stream_result(twin_wait_send(MP_OBJ_TO_PTR(self_in), data, size, NULL), errcode);
}

static mp_uint_t poll_flags(short events) {
    return (events & POLLIN ? MP_STREAM_POLL_RD : 0) | (events & POLLOUT ? MP_STREAM_POLL_WR : 0)
           | (events & POLLHUP ? MP_STREAM_POLL_HUP : 0) | (events & POLLERR ? MP_STREAM_POLL_ERR : 0)
           | (events & POLLNVAL ? MP_STREAM_POLL_NVAL : 0);
}

static mp_uint_t socket_ioctl(mp_obj_t self_in, mp_uint_t request, uintptr_t arg, int *errcode) {
    twin_socket_t *self = MP_OBJ_TO_PTR(self_in);
    if (request == MP_STREAM_CLOSE) {
        twin_net_close(self);
        return 0;
    }
    if (request != MP_STREAM_POLL) {
        *errcode = MP_EINVAL;
        return MP_STREAM_ERROR;
    }
    short events = (arg & MP_STREAM_POLL_RD ? POLLIN : 0) | (arg & MP_STREAM_POLL_WR ? POLLOUT : 0);
    short ready = twin_net_poll(self, events);
    if (!ready) {
        twin_net_watch(self, events);
    }
    return poll_flags(ready);
}

static const mp_rom_map_elem_t socket_locals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___del__), MP_ROM_PTR(&mp_stream_close_obj) },
    { MP_ROM_QSTR(MP_QSTR_close), MP_ROM_PTR(&mp_stream_close_obj) },
    { MP_ROM_QSTR(MP_QSTR_bind), MP_ROM_PTR(&socket_bind_obj) },
    { MP_ROM_QSTR(MP_QSTR_listen), MP_ROM_PTR(&socket_listen_obj) },
    { MP_ROM_QSTR(MP_QSTR_accept), MP_ROM_PTR(&socket_accept_obj) },
    { MP_ROM_QSTR(MP_QSTR_connect), MP_ROM_PTR(&socket_connect_obj) },
    { MP_ROM_QSTR(MP_QSTR_send), MP_ROM_PTR(&socket_send_obj) },
    { MP_ROM_QSTR(MP_QSTR_recv), MP_ROM_PTR(&socket_recv_obj) },
    { MP_ROM_QSTR(MP_QSTR_sendto), MP_ROM_PTR(&socket_sendto_obj) },
    { MP_ROM_QSTR(MP_QSTR_recvfrom), MP_ROM_PTR(&socket_recvfrom_obj) },
    { MP_ROM_QSTR(MP_QSTR_sendall), MP_ROM_PTR(&socket_sendall_obj) },
    { MP_ROM_QSTR(MP_QSTR_settimeout), MP_ROM_PTR(&socket_settimeout_obj) },
    { MP_ROM_QSTR(MP_QSTR_setblocking), MP_ROM_PTR(&socket_setblocking_obj) },
    { MP_ROM_QSTR(MP_QSTR_setsockopt), MP_ROM_PTR(&socket_setsockopt_obj) },
    { MP_ROM_QSTR(MP_QSTR_makefile), MP_ROM_PTR(&socket_makefile_obj) },
    { MP_ROM_QSTR(MP_QSTR_read), MP_ROM_PTR(&mp_stream_read_obj) },
    { MP_ROM_QSTR(MP_QSTR_readinto), MP_ROM_PTR(&mp_stream_readinto_obj) },
    { MP_ROM_QSTR(MP_QSTR_readline), MP_ROM_PTR(&mp_stream_unbuffered_readline_obj) },
    { MP_ROM_QSTR(MP_QSTR_write), MP_ROM_PTR(&mp_stream_write_obj) },
};
static MP_DEFINE_CONST_DICT(socket_locals, socket_locals_table);

static const mp_stream_p_t socket_stream = {
    .read = socket_read,
    .write = socket_write,
    .ioctl = socket_ioctl,
};

MP_DEFINE_CONST_OBJ_TYPE(
    twin_socket_type,
    MP_QSTR_socket,
    MP_TYPE_FLAG_NONE,
    make_new, socket_make_new,
    protocol, &socket_stream,
    locals_dict, &socket_locals
    );
