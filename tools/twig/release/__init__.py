"""From firmware sources to what is flashed: the constants pass, .mpy modules, slot images, littlefs."""
