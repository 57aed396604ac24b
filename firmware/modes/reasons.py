"""Why setup mode opens."""

NEW = 1  # no Wi-Fi is configured
BUTTON = 2  # the setup gesture
POWER = 3  # the power-cycle gesture
FALLBACK = 4  # no Wi-Fi for 5 minutes
