// The SDK's software timers.
#ifndef TWIN_TIMER_H
#define TWIN_TIMER_H
#include <stdbool.h>
#include <stdint.h>
bool twin_timers_run(void);          // calls every timer that is due; true if there was one
uint32_t twin_timers_next_ms(void);  // until the next one; a large number if there is none
#endif
