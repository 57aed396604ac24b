// Levels of the pins and what the host is told of them.
#ifndef TWIN_PIN_H
#define TWIN_PIN_H
#define TWIN_RISING (1)
#define TWIN_FALLING (2)
int twin_pin_level(int pin); // as it would be read now
void twin_pin_settle(int pin, int kind); // notes a change of the level, if there is one
void twin_pin_edge(int pin, int level, int kind);
#endif
