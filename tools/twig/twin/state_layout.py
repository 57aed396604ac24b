"""The layout of state.bin: variant/twin_state.h, field by field. Change both and VERSION together."""

from __future__ import annotations

import ctypes

MAGIC = 0x54535754
VERSION = 4
STATE_SIZE = 32768
FLASH_SIZE = 1024 * 1024  # an ESP8266's
PINS, NETWORKS, EDGES, RTC_BYTES, UART_BYTES = 40, 16, 1024, 512, 256


class _Pin(ctypes.LittleEndianStructure):
    _fields_ = [
        *(
            (name, ctypes.c_uint8)
            for name in ("mode", "pull", "out", "level", "input", "trigger", "hard", "pad")
        ),
        ("rising", ctypes.c_uint32),
        ("falling", ctypes.c_uint32),
    ]


class _Network(ctypes.LittleEndianStructure):
    _fields_ = [
        ("ssid", ctypes.c_char * 33),
        ("password", ctypes.c_char * 65),
        ("rssi", ctypes.c_int8),
        ("channel", ctypes.c_uint8),
        ("up", ctypes.c_uint8),
        ("hidden", ctypes.c_uint8),
        ("bssid", ctypes.c_uint8 * 6),
        ("dhcp", ctypes.c_uint8),
        ("pad", ctypes.c_uint8 * 3),
    ]


class _Edge(ctypes.LittleEndianStructure):
    _fields_ = [
        ("ns", ctypes.c_uint64),
        *((name, ctypes.c_uint8) for name in ("pin", "level", "kind", "pad")),
        ("boot", ctypes.c_uint32),
    ]


_COUNTERS_1 = [
    "mode",
    "reset_cause",
    "boots",
    "wdt_bites",
    "irq_runs",
    "irq_errors",
    "refuse_hard",
    "erase_ms",
    "flash_ops",
    "cut_at",
    "chip_id",
    "heap_total",
    "heap_start",
    "heap_booted",
    "heap_free",
    "heap_min",
    "heap_largest",
    "gc_runs",
    "station_status",
    "wifi_mode",
    "ap_stations",
]
_COUNTERS_2 = [
    "dns_port",
    "networks",
    "edges",
    "credential_writes",
    "connects",
    "tcp_open",
    "wdt_armed",
    "main_started",
]
_COUNTERS_3 = ["port_base", "phones", "channel", "ap_hops", "scans", "uart_baud", "uart_sent"]


class Memory(ctypes.LittleEndianStructure):
    _fields_ = [
        ("magic", ctypes.c_uint32),
        ("version", ctypes.c_uint32),
        ("pid", ctypes.c_int32),
        *((name, ctypes.c_uint32) for name in _COUNTERS_1),
        ("interface", ctypes.c_uint8 * 4),
        ("dns_address", ctypes.c_uint8 * 4),
        *((name, ctypes.c_uint32) for name in _COUNTERS_2),
        ("started_ns", ctypes.c_uint64),
        *((name, ctypes.c_uint32) for name in _COUNTERS_3),
        ("station_ssid", ctypes.c_char * 36),
        ("ap_ssid", ctypes.c_char * 36),
        ("ap_password", ctypes.c_char * 68),
        ("pins", _Pin * PINS),
        ("air", _Network * NETWORKS),
        ("rtc", ctypes.c_uint8 * RTC_BYTES),
        ("uart", ctypes.c_uint8 * UART_BYTES),
        ("ring", _Edge * EDGES),
    ]
