// Blocking calls of a socket: like lwIP's they run the event loop while they wait.
#include <poll.h>

#include "py/mperrno.h"
#include "py/mphal.h"
#include "py/runtime.h"
#include "twin_net.h"
#include "twin_wait.h"

// Waits in C as lwIP's calls do: scheduled callbacks run meanwhile. False when the time is over.
bool twin_wait(twin_socket_t *self, short events, mp_uint_t start) {
    if (self->timeout_ms == 0) {
        return false;
    }
    mp_uint_t passed = mp_hal_ticks_ms() - start;
    if (self->timeout_ms > 0 && passed >= (mp_uint_t)self->timeout_ms) {
        return false;
    }
    mp_uint_t left = self->timeout_ms < 0 ? TWIN_POLL_MS : self->timeout_ms - passed;
    twin_net_watch(self, events);
    mp_event_wait_ms(left < TWIN_POLL_MS ? left : TWIN_POLL_MS);
    return true;
}

int twin_wait_over(twin_socket_t *self) {
    return self->timeout_ms == 0 ? -MP_EAGAIN : -MP_ETIMEDOUT;
}

int twin_wait_receive(twin_socket_t *self, void *data, size_t size, struct sockaddr_in *from) {
    mp_uint_t start = mp_hal_ticks_ms();
    int result;
    while ((result = twin_net_receive(self, data, size, from)) == -MP_EAGAIN) {
        if (!twin_wait(self, POLLIN, start)) {
            return twin_wait_over(self);
        }
    }
    return result;
}

int twin_wait_send(twin_socket_t *self, const void *data, size_t size, const struct sockaddr_in *to) {
    mp_uint_t start = mp_hal_ticks_ms();
    int result;
    while ((result = twin_net_send(self, data, size, to)) == -MP_EAGAIN) {
        if (!twin_wait(self, POLLOUT, start)) {
            return twin_wait_over(self);
        }
    }
    return result;
}
