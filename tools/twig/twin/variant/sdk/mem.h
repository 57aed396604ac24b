#include "sdk/user_interface.h"
#include "sdk/spi_flash.h"
