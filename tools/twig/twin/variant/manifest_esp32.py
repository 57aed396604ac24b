# Frozen: what the stock image boots with. Its asyncio is left out: the firmware brings its own, which comes first.
freeze("$(MPY_DIR)/ports/esp32/modules", ("_boot.py", "flashbdev.py", "inisetup.py"))
