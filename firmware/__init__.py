"""All that runs on the device. The hub shares `firmware.protocol`."""
