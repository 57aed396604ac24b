#include <sys/queue.h>
#ifndef STAILQ_NEXT
#define STAILQ_NEXT(element, field) ((element)->field.stqe_next)
#endif
