// What the serial line brings in, where the host has given one: TWIG_TWIN_SERIAL is set, standard input the line.
#include <stdbool.h>

void twin_console_open(void);
bool twin_console_is_open(void); // false at once without a line, and when it has ended
void twin_console_tick(void);    // takes what has come, as the UART's interrupt does; not beside another call
int twin_console_take(void);     // the next byte, -1 when there is none
