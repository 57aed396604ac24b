// The memory that a virtual chip shares with its host (TWIG_TWIN_DIR/state.bin).
// tools/twig/twin/state.py reads and writes the same layout: change both and TWIN_VERSION together.
// Counters wrap at 2^32. Addresses are in network order, all other integers little-endian.
#ifndef TWIN_STATE_H
#define TWIN_STATE_H

#include <stdint.h>

#define TWIN_MAGIC (0x54535754) // "TWST"
#define TWIN_VERSION (4)
#define TWIN_STATE_SIZE (32768)

#define TWIN_PINS (40) // of the chip that has most
#define TWIN_NETWORKS (16)
#define TWIN_EDGES (1024)
#define TWIN_RTC_BYTES (512)
#define TWIN_UART_BYTES (256)

// Exit codes of the process; the supervisor turns them into the next boot.
#define EXIT_RESET (40)
#define EXIT_WDT (41)
#define EXIT_POWER_CUT (42)
#define EXIT_REPL (43)

enum { MODE_OFF, MODE_RUNNING, MODE_ROM_LOADER, MODE_REPL };
enum { EDGE_OUTPUT, EDGE_RELEASED, EDGE_INPUT };
enum { INPUT_LOW, INPUT_HIGH, INPUT_FLOATING };

typedef struct {
    uint8_t mode;    // 0 input, 1 output, 2 open drain
    uint8_t pull;    // 1: pull-up on
    uint8_t out;     // output latch
    uint8_t level;   // level at the pin, as the chip reads it
    uint8_t input;   // INPUT_*: what the outside drives; written by the host
    uint8_t trigger; // armed interrupt: 1 rising, 2 falling, 3 both
    uint8_t hard;    // the armed handler is a hard one
    uint8_t pad;
    uint32_t rising;  // edges that the host has made; the chip only compares
    uint32_t falling;
} twin_pin_t;

typedef struct {
    char ssid[33];
    char password[65]; // empty: an open network
    int8_t rssi;
    uint8_t channel;
    uint8_t up;
    uint8_t hidden;
    uint8_t bssid[6];
    uint8_t dhcp; // 0: nobody gives addresses there
    uint8_t pad[3];
} twin_network_t;

typedef struct {
    uint64_t ns; // CLOCK_MONOTONIC
    uint8_t pin;
    uint8_t level;
    uint8_t kind; // EDGE_*
    uint8_t pad;
    uint32_t boot; // value of boots when it happened
} twin_edge_t;

typedef struct {
    uint32_t magic;
    uint32_t version;
    int32_t pid; // of the running chip, else 0
    uint32_t mode;
    uint32_t reset_cause; // of the ESP8266, for the next boot: 0 power-on, 1 WDT, 4 soft, 6 hard
    uint32_t boots;
    uint32_t wdt_bites;
    uint32_t irq_runs;
    uint32_t irq_errors;    // exceptions and allocations in hard handlers
    uint32_t refuse_hard;   // 1: Pin.irq(hard=True) raises ValueError, as the stock port does
    uint32_t erase_ms;      // duration of a flash erase
    uint32_t flash_ops;     // erases and page programs so far
    uint32_t cut_at;        // the power fails within this operation; 0: never
    uint32_t chip_id;
    uint32_t heap_total;
    uint32_t heap_start;    // free before _boot
    uint32_t heap_booted;   // free after _boot
    uint32_t heap_free;     // after the last collection, like the three that follow
    uint32_t heap_min;      // smallest free since main.py started
    uint32_t heap_largest;  // largest free block, bytes
    uint32_t gc_runs;
    uint32_t station_status; // STAT_* of the ESP8266
    uint32_t wifi_mode;      // bit 0 station, bit 1 access point
    uint32_t ap_stations;    // clients of the access point now
    uint8_t interface[4];    // address that the plug uses on the host; 0.0.0.0: any
    uint8_t dns_address[4];
    uint32_t dns_port; // 0: nothing answers
    uint32_t networks;
    uint32_t edges; // edges written so far; the newest is edges - 1, modulo TWIN_EDGES
    uint32_t credential_writes;
    uint32_t connects; // how often the station got an address
    uint32_t tcp_open;
    uint32_t wdt_armed;
    uint32_t main_started; // 1 from the start of main.py on
    uint64_t started_ns;   // CLOCK_MONOTONIC of the boot
    uint32_t port_base; // added to ports below 1024 where a socket is bound; written by the host
    uint32_t phones;    // that join the access point whenever they hear it; written by the host
    uint32_t channel;   // of the radio: station and access point have one together
    uint32_t ap_hops;   // how often the access point went to another channel
    uint32_t scans;
    uint32_t uart_baud; // of UART0; 0 until a program has set it up
    uint32_t uart_sent; // bytes since power came; the newest is uart_sent - 1, modulo TWIN_UART_BYTES
    char station_ssid[36];
    char ap_ssid[36];
    char ap_password[68];
    twin_pin_t pins[TWIN_PINS];
    twin_network_t air[TWIN_NETWORKS];
    uint8_t rtc[TWIN_RTC_BYTES];
    uint8_t uart[TWIN_UART_BYTES];
    twin_edge_t ring[TWIN_EDGES];
} twin_state_t;

extern twin_state_t *twin;

void twin_state_open(const char *directory);
void twin_pins_release(void);
uint64_t twin_now_ns(void);
uint64_t twin_now_ms(void);
_Noreturn void twin_halt(int code, uint32_t cause);

#endif
