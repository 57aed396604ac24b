// Datagrams, groups, and how a socket of the host stands for one of the chip.
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "py/mperrno.h"
#include "twin_fd.h"
#include "twin_net.h"
#include "twin_state.h"
#include "twin_wifi.h"

#define UDP_BYTES (1472) // lwIP on the chip does not fragment

struct sockaddr_in twin_fd_local(uint16_t port) {
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_port = port};
    memcpy(&from.sin_addr, twin->interface, 4);
    return from;
}

int twin_fd_open(int type) {
    int fd = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -MP_ENOMEM;
    }
    int on = 1;
    struct sockaddr_in from = twin_fd_local(0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (type == SOCK_DGRAM) {
        setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
        setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &from.sin_addr, 4);
        setsockopt(fd, IPPROTO_IP, IP_MULTICAST_LOOP, &on, sizeof(on));
    } else {
        setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
    }
    return fd;
}

int twin_fd_bind(int fd, struct sockaddr_in *from) {
    return bind(fd, (struct sockaddr *)from, sizeof(*from)) < 0 ? -errno : 0;
}

void twin_fd_bind_any(twin_socket_t *self) {
    if (!self->bound) {
        struct sockaddr_in from = twin_fd_local(0);
        twin_fd_bind(self->fd, &from);
        self->bound = 1;
    }
}

static void drain(int fd) {
    char byte;
    while (fd >= 0 && recv(fd, &byte, 1, MSG_DONTWAIT) >= 0) {
    }
}

// Losing the link ends memberships and throws away what was queued; the radio hears nothing while it is away.
void twin_udp_follow_link(twin_socket_t *self) {
    if (self->state != TWIN_UDP) {
        return;
    }
    bool lost = self->epoch != twin_link_epoch(LINK_STATION);
    bool missed = self->absences != twin_radio_absences();
    if (lost || missed || !twin_links_up()) {
        self->epoch = twin_link_epoch(LINK_STATION);
        self->absences = twin_radio_absences();
        drain(self->fd);
    }
    if (self->group_fd >= 0 && (lost || !(twin_link_up(LINK_STATION) || twin->ap_stations))) {
        close(self->group_fd);
        self->group_fd = -1;
    }
}

int twin_udp_receive(twin_socket_t *self, void *data, size_t size, struct sockaddr_in *from) {
    socklen_t length = sizeof(*from);
    ssize_t got = recvfrom(self->fd, data, size, MSG_DONTWAIT, (struct sockaddr *)from, &length);
    if (got < 0 && self->group_fd >= 0) {
        length = sizeof(*from);
        got = recvfrom(self->group_fd, data, size, MSG_DONTWAIT, (struct sockaddr *)from, &length);
    }
    if (got < 0) {
        return -MP_EAGAIN;
    }
    drain(self->fd); // no room in the inn: the chip keeps one datagram
    drain(self->group_fd);
    if (self->resolver && from->sin_port == htons(twin->dns_port)
        && memcmp(&from->sin_addr, twin->dns_address, 4) == 0) {
        from->sin_addr.s_addr = self->resolver;
        from->sin_port = htons(53);
    }
    return got;
}

// Port 53 of any address is the host's resolver. False when nothing will answer there.
static bool redirect(twin_socket_t *self, struct sockaddr_in *to) {
    if (to->sin_port == htons(53)) {
        self->resolver = to->sin_addr.s_addr;
        memcpy(&to->sin_addr, twin->dns_address, 4);
        to->sin_port = htons(twin->dns_port);
    }
    return to->sin_port != 0;
}

// While the access point is on, lwIP on the chip sends groups and broadcasts there.
static bool astray(const struct sockaddr_in *to) {
    uint32_t address = ntohl(to->sin_addr.s_addr);
    return (twin->wifi_mode & SOFTAP_MODE) && (IN_MULTICAST(address) || address == INADDR_BROADCAST);
}

int twin_udp_send(twin_socket_t *self, const void *data, size_t size, const struct sockaddr_in *to) {
    if (!twin_links_up()) {
        return -MP_EHOSTUNREACH;
    }
    if (size > UDP_BYTES) {
        return -MP_ENOMEM;
    }
    twin_fd_bind_any(self);
    ssize_t sent;
    if (to == NULL) {
        sent = send(self->fd, data, size, MSG_DONTWAIT);
    } else {
        struct sockaddr_in real = *to;
        if (!redirect(self, &real) || astray(&real)) {
            return size;
        }
        sent = sendto(self->fd, data, size, MSG_DONTWAIT, (struct sockaddr *)&real, sizeof(real));
    }
    return sent < 0 && errno != EAGAIN && errno != ECONNREFUSED ? -errno : (int)size;
}

// A second socket, bound to the group, so that unicast to this plug's address stays its own even
// when many plugs on one host listen at the same port.
int twin_net_group(twin_socket_t *self, const uint8_t *group, bool join) {
    if (self->state != TWIN_UDP) {
        return -MP_EINVAL;
    }
    twin_udp_follow_link(self);
    if (self->group_fd >= 0) {
        close(self->group_fd);
        self->group_fd = -1;
    }
    if (!join) {
        return 0;
    }
    struct sockaddr_in to = {.sin_family = AF_INET};
    socklen_t length = sizeof(to);
    getsockname(self->fd, (struct sockaddr *)&to, &length);
    memcpy(&to.sin_addr, group, 4);
    struct ip_mreqn request = {.imr_multiaddr = to.sin_addr, .imr_address = twin_fd_local(0).sin_addr};
    int fd = twin_fd_open(SOCK_DGRAM);
    int result = fd < 0 ? fd : twin_fd_bind(fd, &to);
    if (result == 0 && setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof(request)) < 0) {
        result = -errno;
    }
    if (result != 0 && fd >= 0) {
        close(fd);
        return result;
    }
    self->group_fd = fd;
    return result;
}
