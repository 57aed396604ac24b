// Sockets of the host under lwIP's rules: one queued datagram, five connections, 1,072 bytes in
// flight, and silence while the link is down or the radio away.
#include <errno.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "py/mperrno.h"
#include "twin_ap.h"
#include "twin_irq.h"
#include "twin_net.h"
#include "twin_fd.h"
#include "twin_state.h"
#include "twin_wifi.h"

#define OUTQ_WAIT_US (2000) // no descriptor shows that bytes in flight were acknowledged

static bool stream(const twin_socket_t *self) {
    return self->state != TWIN_UDP;
}

static bool counted(const twin_socket_t *self) {
    return self->state <= TWIN_CONNECTED;
}

static void over(twin_socket_t *self, int link) {
    self->link = link;
    self->epoch = twin_link_epoch(link);
}

int twin_net_open(twin_socket_t *self, bool datagrams) {
    if (!datagrams && twin->tcp_open >= CHIP_TCP_MAX) {
        return -MP_ENOMEM;
    }
    int fd = twin_fd_open(datagrams ? SOCK_DGRAM : SOCK_STREAM);
    if (fd < 0) {
        return fd;
    }
    self->timeout_ms = -1;
    self->fd = fd;
    self->group_fd = -1;
    self->error = self->bound = self->resolver = self->group = 0;
    self->absences = twin_radio_absences();
    self->state = datagrams ? TWIN_UDP : TWIN_NEW;
    over(self, LINK_STATION);
    twin->tcp_open += !datagrams;
    return 0;
}

void twin_net_close(twin_socket_t *self) {
    if (self->fd < 0) {
        return;
    }
    if (counted(self)) {
        twin->tcp_open--;
    }
    close(self->fd);
    if (self->group_fd >= 0) {
        close(self->group_fd);
    }
    self->fd = self->group_fd = -1;
    self->state = TWIN_CLOSED;
}

static void fail(twin_socket_t *self, int error) {
    // lwIP knows a refused connection only as a reset.
    self->error = error == ECONNREFUSED || error == EPIPE ? MP_ECONNRESET : error;
}

static bool connection(const twin_socket_t *self) {
    return self->state == TWIN_CONNECTING || self->state == TWIN_CONNECTED;
}

// A connection that has seen its link go down stays silent for good.
static bool dead(const twin_socket_t *self) {
    return connection(self) && self->epoch != twin_link_epoch(self->link);
}

// Addresses of this computer do not tell phones from others: who comes is a phone while one is in reach.
static int incoming(void) {
    return twin_ap_awaits() ? LINK_AP : LINK_STATION;
}

// Nothing passes now: for good, or until the radio comes back or the phones have found it again.
static bool silent(const twin_socket_t *self) {
    if (self->state == TWIN_LISTENING) {
        return !twin_link_up(incoming());
    }
    return connection(self) ? dead(self) || !twin_link_up(self->link) : !twin_links_up();
}

// Ports that only root may bind, and that each of many plugs on a host has.
static uint16_t own_port(uint16_t port) {
    return port != 0 && ntohs(port) < IPPORT_RESERVED ? htons(ntohs(port) + twin->port_base) : port;
}

int twin_net_bind(twin_socket_t *self, const struct sockaddr_in *to) {
    struct sockaddr_in from = twin_fd_local(own_port(to->sin_port));
    self->bound = 1;
    return self->fd < 0 ? -MP_EBADF : twin_fd_bind(self->fd, &from);
}

int twin_net_listen(twin_socket_t *self, int backlog) {
    if (self->fd < 0) {
        return -MP_EBADF;
    }
    if (self->state != TWIN_NEW) {
        return -MP_EOPNOTSUPP;
    }
    if (listen(self->fd, backlog) < 0) {
        return -errno;
    }
    twin->tcp_open--;
    self->state = TWIN_LISTENING;
    return 0;
}

int twin_net_connect(twin_socket_t *self, const struct sockaddr_in *to) {
    if (self->fd < 0) {
        return -MP_EBADF;
    }
    if (!twin_links_up()) {
        return -MP_EHOSTUNREACH;
    }
    if (self->state == TWIN_CONNECTED || self->state == TWIN_CONNECTING) {
        return self->state == TWIN_CONNECTED ? -MP_EISCONN : -MP_EALREADY;
    }
    twin_fd_bind_any(self);
    int result = connect(self->fd, (const struct sockaddr *)to, sizeof(*to));
    if (result < 0 && errno != EINPROGRESS && errno != ECONNREFUSED) {
        return -errno;
    }
    if (self->state != TWIN_UDP) {
        over(self, twin_link_up(LINK_STATION) ? LINK_STATION : LINK_AP);
        self->state = TWIN_CONNECTING;
        if (result < 0 && errno == ECONNREFUSED) {
            fail(self, errno);
        }
    }
    return 0;
}

int twin_net_accept(twin_socket_t *self, twin_socket_t *child, struct sockaddr_in *from) {
    socklen_t length = sizeof(*from);
    if (self->state != TWIN_LISTENING) {
        return self->fd < 0 ? -MP_EBADF : -MP_EINVAL;
    }
    int fd = silent(self) ? -1 : accept4(self->fd, (struct sockaddr *)from, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0 && twin->tcp_open >= CHIP_TCP_MAX) {
        close(fd);
        fd = -1;
    }
    if (fd < 0) {
        return -MP_EAGAIN;
    }
    child->fd = fd;
    child->error = child->resolver = child->group = 0;
    child->bound = 1;
    child->state = TWIN_CONNECTED;
    over(child, incoming());
    twin->tcp_open++;
    return 0;
}

static int in_flight(const twin_socket_t *self) {
    int bytes = 0;
    return ioctl(self->fd, SIOCOUTQ, &bytes) < 0 ? 0 : bytes;
}

static void finish_connect(twin_socket_t *self) {
    int error = 0;
    socklen_t length = sizeof(error);
    getsockopt(self->fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error) {
        fail(self, error);
    }
    self->state = TWIN_CONNECTED;
}

static short poll_stream(twin_socket_t *self, short events) {
    if (self->error) {
        if (self->state == TWIN_CONNECTING) {
            self->state = TWIN_CONNECTED;
        }
        return (events & POLLOUT) | POLLHUP;
    }
    if (self->state == TWIN_NEW) {
        return (events & POLLOUT) | POLLHUP;
    }
    struct pollfd one = {self->fd, POLLIN | POLLOUT, 0};
    poll(&one, 1, 0);
    if (self->state == TWIN_CONNECTING) {
        if (!(one.revents & (POLLOUT | POLLERR | POLLHUP))) {
            return 0;
        }
        finish_connect(self);
        return self->error ? poll_stream(self, events) : (events & one.revents);
    }
    if (one.revents & (POLLERR | POLLHUP)) {
        return (events & (POLLIN | POLLOUT)) | POLLHUP;
    }
    if ((events & POLLOUT) && self->state == TWIN_CONNECTED && in_flight(self) >= CHIP_SEND_BYTES) {
        one.revents &= ~POLLOUT;
    }
    return one.revents & events;
}

short twin_net_poll(twin_socket_t *self, short events) {
    if (self->fd < 0) {
        return POLLNVAL;
    }
    twin_udp_follow_link(self);
    if (silent(self)) {
        return connection(self) && !dead(self) ? 0 : events & POLLOUT; // what is written to a dead one vanishes
    }
    if (stream(self)) {
        return poll_stream(self, events);
    }
    struct pollfd both[2] = {{self->fd, POLLIN, 0}, {self->group_fd, POLLIN, 0}};
    poll(both, 2, 0);
    return (events & POLLOUT) | (events & (both[0].revents | both[1].revents));
}

void twin_net_watch(twin_socket_t *self, short events) {
    if (self->fd < 0 || silent(self)) {
        return;
    }
    if ((events & POLLOUT) && self->state == TWIN_CONNECTED) {
        events &= ~POLLOUT;
        twin_wait_at_most_us(OUTQ_WAIT_US);
    }
    if (events) {
        twin_wait_fd(self->fd, events);
    }
    if (self->group_fd >= 0) {
        twin_wait_fd(self->group_fd, events);
    }
}

int twin_net_receive(twin_socket_t *self, void *data, size_t size, struct sockaddr_in *from) {
    memset(from, 0, sizeof(*from));
    if (self->fd < 0) {
        return -MP_EBADF;
    }
    twin_udp_follow_link(self);
    if (self->error) {
        return -self->error;
    }
    if (self->state == TWIN_NEW) {
        return -MP_ENOTCONN;
    }
    if (silent(self) || self->state == TWIN_CONNECTING) {
        return -MP_EAGAIN;
    }
    if (self->state == TWIN_UDP) {
        return twin_udp_receive(self, data, size, from);
    }
    ssize_t got = recv(self->fd, data, size, MSG_DONTWAIT);
    if (got < 0 && errno != EAGAIN) {
        fail(self, errno);
    }
    return got < 0 ? -(self->error ? self->error : MP_EAGAIN) : got;
}

int twin_net_send(twin_socket_t *self, const void *data, size_t size, const struct sockaddr_in *to) {
    if (self->fd < 0) {
        return -MP_EBADF;
    }
    if (self->state == TWIN_UDP) {
        return twin_udp_send(self, data, size, to);
    }
    if (self->error || self->state == TWIN_NEW || self->state == TWIN_LISTENING) {
        return self->error ? -self->error : -MP_ENOTCONN;
    }
    if (silent(self)) {
        return dead(self) ? (int)size : -MP_EAGAIN;
    }
    if (self->state == TWIN_CONNECTING && (twin_net_poll(self, POLLOUT), self->state == TWIN_CONNECTING)) {
        return -MP_EAGAIN;
    }
    int room = CHIP_SEND_BYTES - in_flight(self);
    if (room <= 0) {
        return -MP_EAGAIN;
    }
    ssize_t sent = send(self->fd, data, size < (size_t)room ? size : room, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) {
        fail(self, errno);
    }
    return sent < 0 ? -(self->error ? self->error : MP_EAGAIN) : sent;
}

void twin_net_nodelay(twin_socket_t *self, int on) {
    setsockopt(self->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}
