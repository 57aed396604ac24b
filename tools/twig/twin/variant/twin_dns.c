// getaddrinfo: asks the host's resolver for an A record and blocks until it answers.
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>
#include <arpa/inet.h>

#include "twin_irq.h"
#include "twin_net.h"
#include "twin_state.h"
#include "twin_wifi.h"

#define TRIES (4)
#define TRY_MS (2500)
#define POLL_MS (10)
#define PACKET (512)
#define HEADER (12)

static int question(uint8_t *packet, const char *host) {
    static const uint8_t head[HEADER] = {0, 0, 1, 0, 0, 1};
    uint8_t *end = packet + HEADER;
    memcpy(packet, head, HEADER);
    if (getrandom(packet, 2, 0) != 2 || strlen(host) > 253) {
        return -1;
    }
    while (*host) {
        size_t length = strcspn(host, ".");
        *end++ = length;
        memcpy(end, host, length);
        end += length;
        host += length + (host[length] == '.');
    }
    memcpy(end, "\0\0\1\0\1", 5);
    return end + 5 - packet;
}

// Position behind a name; beyond the packet if it is broken.
static int behind(const uint8_t *packet, int at, int size) {
    while (at < size && packet[at] != 0) {
        if (packet[at] >= 0xc0) {
            return at + 2;
        }
        at += packet[at] + 1;
    }
    return at + 1;
}

static int parse(const uint8_t *packet, int size, struct in_addr *found) {
    int at = behind(packet, HEADER, size) + 4;
    for (int left = packet[6] << 8 | packet[7]; left > 0; left--) {
        at = behind(packet, at, size);
        if (at + 10 > size) {
            return -1;
        }
        int length = packet[at + 8] << 8 | packet[at + 9];
        if (packet[at] == 0 && packet[at + 1] == 1 && length == 4 && at + 14 <= size) {
            memcpy(found, packet + at + 10, 4);
            return 0;
        }
        at += 10 + length;
    }
    return -1;
}

// 0 found, -1 refused, 1 no answer in time
static int ask(int fd, const uint8_t *query, int length, struct in_addr *found) {
    uint8_t answer[PACKET];
    send(fd, query, length, MSG_DONTWAIT);
    for (int waited = 0; waited < TRY_MS; waited += POLL_MS) {
        int size = recv(fd, answer, sizeof(answer), MSG_DONTWAIT);
        if (size >= HEADER && memcmp(answer, query, 2) == 0) {
            return parse(answer, size, found);
        }
        twin_block_ms(POLL_MS);
    }
    return 1;
}

int twin_net_resolve(const char *host, struct in_addr *found) {
    if (inet_aton(host, found)) {
        return 0;
    }
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(twin->dns_port)};
    memcpy(&server.sin_addr, twin->dns_address, 4);
    uint8_t query[PACKET];
    int length = question(query, host);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    connect(fd, (struct sockaddr *)&server, sizeof(server));
    int result = length < 0 ? -1 : 1;
    for (int i = 0; i < TRIES && result == 1; i++) {
        if (twin->dns_port && twin_links_up()) {
            result = ask(fd, query, length, found);
        } else {
            twin_block_ms(TRY_MS);
        }
    }
    close(fd);
    return result == 0 ? 0 : -1;
}
