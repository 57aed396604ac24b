#include "sdk/user_interface.h"
