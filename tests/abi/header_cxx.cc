// header_cxx.cc: the header as C++17, and the same layout as C.
#include "tvp.h"

static_assert(sizeof(tvp_host) == 104 && sizeof(tvp_plugin) == 80, "the same layout as in C");

int header_uses_macros_cxx(const tvp_host *host);
int header_uses_macros_cxx(const tvp_host *host) {
    return (TVP_HAS(host, tvp_host, data_dir) ? 1 : 0) + (TVP_CAN(host, tvp_host, log) ? 2 : 0) +
           (TVP_MAJOR(host->abi) == TVP_ABI_MAJOR ? 4 : 0);
}
