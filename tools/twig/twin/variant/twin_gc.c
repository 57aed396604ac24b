// Garbage collection, as every port has it, plus heap figures for the host.
#include "py/gc.h"
#include "py/runtime.h"
#include "shared/runtime/gchelper.h"
#include "twin_gc.h"
#include "twin_irq.h"
#include "twin_state.h"

uint32_t twin_heap_free(void) {
    gc_info_t info;
    gc_info(&info);
    return info.free;
}

static void report(void) {
    gc_info_t info;
    gc_info(&info);
    twin->heap_total = info.total;
    twin->heap_free = info.free;
    twin->heap_largest = info.max_free * MICROPY_BYTES_PER_GC_BLOCK;
    if (twin->main_started && info.free < twin->heap_min) {
        twin->heap_min = info.free;
    }
    twin->gc_runs++;
}

void gc_collect(void) {
    if (twin_in_irq()) { // the interrupted code may be in the middle of a collection
        mp_raise_msg(&mp_type_MemoryError, MP_ERROR_TEXT("memory allocation failed, heap is locked"));
    }
    gc_collect_start();
    gc_helper_collect_regs_and_stack();
    gc_collect_end();
    report();
}
