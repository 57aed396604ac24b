// The UART under upstream's machine.UART: what UART0 sends is kept for the host, nothing is ever received.
#include "py/mphal.h"
#include "ports/esp8266/uart.h"
#include "twin_state.h"

UartDevice UartDev = {.baut_rate = UART_BIT_RATE_115200};
uint8 uart_ringbuf_array[UART0_STATIC_RXBUF_LEN];
static int rxbuf_len = UART0_STATIC_RXBUF_LEN;

void uart_setup(uint8 uart) {
    if (uart == UART0) {
        twin->uart_baud = UartDev.baut_rate;
    }
}

void uart_tx_one_char(uint8 uart, uint8 byte) {
    if (uart == UART0) {
        twin->uart[twin->uart_sent % TWIN_UART_BYTES] = byte;
        __sync_synchronize();
        twin->uart_sent++;
    }
}

int uart_txdone(uint8 uart) {
    return true;
}

int uart_tx_any_room(uint8 uart) {
    return true;
}

int uart_rx_any(uint8 uart) {
    return false;
}

bool uart_rx_wait(uint32_t timeout_us) {
    mp_hal_delay_us(timeout_us);
    return false;
}

int uart_rx_char(void) {
    return -1;
}

int uart0_get_rxbuf_len(void) {
    return rxbuf_len;
}

void uart0_set_rxbuf(uint8 *buf, int len) {
    rxbuf_len = len;
}

void system_uart_swap(void) {
}

void system_uart_de_swap(void) {
}
