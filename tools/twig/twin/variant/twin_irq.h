// Virtual interrupts: a 50 ms tick and the pins, as signals that are held back by atomic sections.
#ifndef TWIN_IRQ_H
#define TWIN_IRQ_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#define TICK_MS (50)

extern uint32_t twin_wdt_ms; // so long may go by without food

void twin_irq_start(void);
bool twin_in_irq(void);
void twin_pins_interrupt(void);      // runs or schedules the handlers of pins that changed
void twin_wifi_tick(void);
void twin_wait_fd(int fd, short events); // the next sleep also ends when this descriptor is ready
void twin_wait_at_most_us(uint64_t us);  // shortens the next sleep
void twin_wait_us(uint64_t us);
void twin_block_ms(uint32_t ms);     // a busy C call: interrupts run, scheduled callbacks do not

#endif
