// Between twin_net.c and twin_udp.c. Results are counts or negative error numbers.
#ifndef TWIN_FD_H
#define TWIN_FD_H
#include "twin_net.h"
struct sockaddr_in twin_fd_local(uint16_t port); // the plug's own address; port in network order
int twin_fd_open(int type);
int twin_fd_bind(int fd, struct sockaddr_in *from);
void twin_fd_bind_any(twin_socket_t *self); // so that the peer sees the plug's own address
void twin_udp_follow_link(twin_socket_t *self);
int twin_udp_receive(twin_socket_t *self, void *data, size_t size, struct sockaddr_in *from);
int twin_udp_send(twin_socket_t *self, const void *data, size_t size, const struct sockaddr_in *to);
#endif
