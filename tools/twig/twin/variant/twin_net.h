// What a socket does below Python. Results are counts or negative error numbers.
#ifndef TWIN_NET_H
#define TWIN_NET_H

#include <netinet/in.h>

#include "py/obj.h"
#include "twin_chip.h"

#define TWIN_POLL_MS (50)      // how long a sleep may miss a change that no descriptor shows

enum { TWIN_NEW, TWIN_CONNECTING, TWIN_CONNECTED, TWIN_LISTENING, TWIN_UDP, TWIN_CLOSED };

typedef struct { // as large as lwIP's own object: 40 bytes
    mp_obj_base_t base;
    int32_t timeout_ms; // -1: for ever
    int16_t fd;
    int16_t group_fd; // second socket of a UDP socket that joined a group
    uint16_t error;   // pending error of a connection
    uint8_t state;
    uint8_t bound;
    uint32_t epoch;      // of the link when the connection was made
    uint32_t resolver;   // address that port 53 was asked at; network order
    uint32_t group;
    uint32_t absences;   // of the radio when datagrams were looked for
    uint8_t link;        // LINK_*: what the connection goes over
    uint8_t pad[3];
    uint32_t reserved;
} twin_socket_t;

extern const mp_obj_type_t twin_socket_type;
mp_obj_t twin_socket_address(const struct sockaddr_in *from); // as ("1.2.3.4", port)

int twin_net_open(twin_socket_t *self, bool datagrams);
int twin_net_bind(twin_socket_t *self, const struct sockaddr_in *to);
int twin_net_listen(twin_socket_t *self, int backlog);
int twin_net_connect(twin_socket_t *self, const struct sockaddr_in *to);
int twin_net_accept(twin_socket_t *self, twin_socket_t *child, struct sockaddr_in *from);
int twin_net_receive(twin_socket_t *self, void *data, size_t size, struct sockaddr_in *from);
int twin_net_send(twin_socket_t *self, const void *data, size_t size, const struct sockaddr_in *to);
int twin_net_group(twin_socket_t *self, const uint8_t *group, bool join);
short twin_net_poll(twin_socket_t *self, short events);
void twin_net_watch(twin_socket_t *self, short events);
void twin_net_nodelay(twin_socket_t *self, int on);
void twin_net_close(twin_socket_t *self);
// 0, or -1 after 10 s without an answer or at once when the name does not exist
int twin_net_resolve(const char *host, struct in_addr *found);

#endif
