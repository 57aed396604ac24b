// Sockets of the host under lwIP's rules: one queued datagram, five connections, 1,072 bytes in
// flight, and silence while the link is down.
#include <errno.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "py/mperrno.h"
#include "twin_irq.h"
#include "twin_net.h"
#include "twin_state.h"
#include "twin_wifi.h"

#define OUTQ_WAIT_US (2000) // no descriptor shows that bytes in flight were acknowledged
#define UDP_BYTES (1472)    // lwIP on the chip does not fragment

static bool stream(const twin_socket_t *self) {
    return self->state != TWIN_UDP;
}

static bool counted(const twin_socket_t *self) {
    return self->state <= TWIN_CONNECTED;
}

static struct sockaddr_in local(uint16_t port) {
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_port = port};
    memcpy(&from.sin_addr, twin->interface, 4);
    return from;
}

static int open_fd(int type) {
    int fd = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -MP_ENOMEM;
    }
    int on = 1;
    struct sockaddr_in from = local(0);
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

int twin_net_open(twin_socket_t *self, bool datagrams) {
    if (!datagrams && twin->tcp_open >= TWIN_TCP_MAX) {
        return -MP_ENOMEM;
    }
    int fd = open_fd(datagrams ? SOCK_DGRAM : SOCK_STREAM);
    if (fd < 0) {
        return fd;
    }
    self->timeout_ms = -1;
    self->fd = fd;
    self->group_fd = -1;
    self->error = self->bound = self->resolver = self->group = 0;
    self->epoch = twin_link_epoch();
    self->state = datagrams ? TWIN_UDP : TWIN_NEW;
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

// A connection that has seen the link go down stays silent for good; datagrams only while it is down.
static bool silent(const twin_socket_t *self) {
    return !twin_link_up() || (stream(self) && self->state != TWIN_LISTENING && self->epoch != twin_link_epoch());
}

static void drain(int fd) {
    char byte;
    while (fd >= 0 && recv(fd, &byte, 1, MSG_DONTWAIT) >= 0) {
    }
}

// Losing the link ends memberships and throws away what was queued.
static void follow_link(twin_socket_t *self) {
    if (self->state == TWIN_UDP && (self->epoch != twin_link_epoch() || !twin_link_up())) {
        self->epoch = twin_link_epoch();
        drain(self->fd);
        if (self->group_fd >= 0) {
            close(self->group_fd);
            self->group_fd = -1;
        }
    }
}

static int bind_fd(int fd, struct sockaddr_in *from) {
    return bind(fd, (struct sockaddr *)from, sizeof(*from)) < 0 ? -errno : 0;
}

int twin_net_bind(twin_socket_t *self, const struct sockaddr_in *to) {
    struct sockaddr_in from = local(to->sin_port);
    self->bound = 1;
    return self->fd < 0 ? -MP_EBADF : bind_fd(self->fd, &from);
}

static void bind_any(twin_socket_t *self) {
    if (!self->bound) {
        struct sockaddr_in from = local(0);
        bind_fd(self->fd, &from);
        self->bound = 1;
    }
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
    if (!twin_link_up()) {
        return -MP_EHOSTUNREACH;
    }
    if (self->state == TWIN_CONNECTED || self->state == TWIN_CONNECTING) {
        return self->state == TWIN_CONNECTED ? -MP_EISCONN : -MP_EALREADY;
    }
    bind_any(self);
    int result = connect(self->fd, (const struct sockaddr *)to, sizeof(*to));
    if (result < 0 && errno != EINPROGRESS && errno != ECONNREFUSED) {
        return -errno;
    }
    if (self->state != TWIN_UDP) {
        self->epoch = twin_link_epoch();
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
    if (fd >= 0 && twin->tcp_open >= TWIN_TCP_MAX) {
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
    child->epoch = twin_link_epoch();
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
    if ((events & POLLOUT) && self->state == TWIN_CONNECTED && in_flight(self) >= TWIN_SEND_BYTES) {
        one.revents &= ~POLLOUT;
    }
    return one.revents & events;
}

short twin_net_poll(twin_socket_t *self, short events) {
    if (self->fd < 0) {
        return POLLNVAL;
    }
    follow_link(self);
    if (silent(self)) {
        return events & POLLOUT; // writes vanish, nothing arrives
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

static int receive_datagram(twin_socket_t *self, void *data, size_t size, struct sockaddr_in *from) {
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

int twin_net_receive(twin_socket_t *self, void *data, size_t size, struct sockaddr_in *from) {
    memset(from, 0, sizeof(*from));
    if (self->fd < 0) {
        return -MP_EBADF;
    }
    follow_link(self);
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
        return receive_datagram(self, data, size, from);
    }
    ssize_t got = recv(self->fd, data, size, MSG_DONTWAIT);
    if (got < 0 && errno != EAGAIN) {
        fail(self, errno);
    }
    return got < 0 ? -(self->error ? self->error : MP_EAGAIN) : got;
}

static int send_datagram(twin_socket_t *self, const void *data, size_t size, const struct sockaddr_in *to) {
    if (!twin_link_up()) {
        return -MP_EHOSTUNREACH;
    }
    if (size > UDP_BYTES) {
        return -MP_ENOMEM;
    }
    bind_any(self);
    struct sockaddr_in other;
    if (to != NULL && to->sin_port == htons(53)) {
        self->resolver = to->sin_addr.s_addr;
        other = *to;
        memcpy(&other.sin_addr, twin->dns_address, 4);
        other.sin_port = htons(twin->dns_port);
        to = &other;
        if (!twin->dns_port) {
            return size;
        }
    }
    ssize_t sent = sendto(self->fd, data, size, MSG_DONTWAIT, (const struct sockaddr *)to, to ? sizeof(*to) : 0);
    return sent < 0 && errno != EAGAIN && errno != ECONNREFUSED ? -errno : (int)size;
}

int twin_net_send(twin_socket_t *self, const void *data, size_t size, const struct sockaddr_in *to) {
    if (self->fd < 0) {
        return -MP_EBADF;
    }
    if (self->state == TWIN_UDP) {
        return send_datagram(self, data, size, to);
    }
    if (self->error || self->state == TWIN_NEW || self->state == TWIN_LISTENING) {
        return self->error ? -self->error : -MP_ENOTCONN;
    }
    if (silent(self)) {
        return size;
    }
    if (self->state == TWIN_CONNECTING && (twin_net_poll(self, POLLOUT), self->state == TWIN_CONNECTING)) {
        return -MP_EAGAIN;
    }
    int room = TWIN_SEND_BYTES - in_flight(self);
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

// A second socket, bound to the group, so that unicast to this plug's address stays its own even
// when many plugs on one host listen at the same port.
int twin_net_group(twin_socket_t *self, const uint8_t *group, bool join) {
    if (self->state != TWIN_UDP) {
        return -MP_EINVAL;
    }
    follow_link(self);
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
    struct ip_mreqn request = {.imr_multiaddr = to.sin_addr, .imr_address = local(0).sin_addr};
    int fd = open_fd(SOCK_DGRAM);
    int result = fd < 0 ? fd : bind_fd(fd, &to);
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
