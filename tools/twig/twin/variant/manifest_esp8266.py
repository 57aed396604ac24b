# Frozen: what the stock image boots with, and of its libraries those that the source package holds.
freeze("$(MPY_DIR)/ports/esp8266/modules", ("_boot.py", "flashbdev.py", "inisetup.py"))
