#ifndef TWIN_GC_H
#define TWIN_GC_H
#include <stdint.h>
uint32_t twin_heap_free(void); // bytes, without collecting first
#endif
