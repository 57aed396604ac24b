// Results are counts or negative error numbers.
#ifndef TWIN_WAIT_H
#define TWIN_WAIT_H
#include "twin_net.h"
bool twin_wait(twin_socket_t *self, short events, mp_uint_t start); // false when the time is over
int twin_wait_over(twin_socket_t *self);                            // the error of that
int twin_wait_receive(twin_socket_t *self, void *data, size_t size, struct sockaddr_in *from);
int twin_wait_send(twin_socket_t *self, const void *data, size_t size, const struct sockaddr_in *to);
#endif
