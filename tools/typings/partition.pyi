# On the chip this module lies at the root of the file system, outside of the slots.
from firmware.partition import *
