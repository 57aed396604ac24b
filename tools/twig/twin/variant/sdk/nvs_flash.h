// Upstream's esp32.NVS includes it beside nvs.h; it calls nothing of it.
