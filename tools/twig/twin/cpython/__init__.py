"""The chip's modules for CPython: the same firmware sources run as a plain process, to debug and to show.

No heap of 38 KiB, no littlefs, no interrupts inside a C call: what the twin is for."""
