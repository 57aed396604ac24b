#include "sdk/os_type.h"
#define BIT0 (1)
#define BIT1 (2)
