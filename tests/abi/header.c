/* header.c: the header alone, strictly, in C99, C11 and C17; and the layout that is published.
 *
 * The numbers are the ABI on LP64 (x86-64, aarch64). One that changes breaks plugins that exist: fields are only
 * appended, so lines are only added here, and a size only grows. */
#include "tvp.h"

#if __STDC_VERSION__ >= 201112L && defined(__LP64__)
#define AT(type, field, offset) _Static_assert(offsetof(type, field) == (offset), #type "." #field " has moved")
#define SIZE(type, bytes)       _Static_assert(sizeof(type) == (bytes), #type " has another size")

AT(tvp_span_ref, size, 0);
AT(tvp_span_ref, flags, 4);
AT(tvp_span_ref, trace_id, 8);
AT(tvp_span_ref, span_id, 16);
SIZE(tvp_span_ref, 24);

AT(tvp_selection, size, 0);
AT(tvp_selection, count, 4);
AT(tvp_selection, spans, 8);
AT(tvp_selection, action_id, 16);
AT(tvp_selection, user, 24);
AT(tvp_selection, view, 32);
AT(tvp_selection, filter, 40);
SIZE(tvp_selection, 48);

AT(tvp_page, size, 0);
AT(tvp_page, flags, 4);
AT(tvp_page, id, 8);
AT(tvp_page, title, 16);
AT(tvp_page, icon, 24);
AT(tvp_page, route, 32);
AT(tvp_page, path, 40);
AT(tvp_page, element, 48);
AT(tvp_page, module, 56);
SIZE(tvp_page, 64);

AT(tvp_action, size, 0);
AT(tvp_action, flags, 4);
AT(tvp_action, id, 8);
AT(tvp_action, label, 16);
AT(tvp_action, icon, 24);
AT(tvp_action, shortcut, 32);
AT(tvp_action, min_spans, 40);
AT(tvp_action, max_spans, 44);
SIZE(tvp_action, 48);

AT(tvp_widget, size, 0);
AT(tvp_widget, flags, 4);
AT(tvp_widget, id, 8);
AT(tvp_widget, title, 16);
AT(tvp_widget, path, 24);
AT(tvp_widget, element, 32);
AT(tvp_widget, module, 40);
AT(tvp_widget, order, 48);
AT(tvp_widget, height, 52);
SIZE(tvp_widget, 56);

AT(tvp_endpoint, size, 0);
AT(tvp_endpoint, flags, 4);
AT(tvp_endpoint, url, 8);
AT(tvp_endpoint, token, 16);
SIZE(tvp_endpoint, 24);

AT(tvp_host, size, 0);
AT(tvp_host, abi, 4);
AT(tvp_host, ctx, 8);
AT(tvp_host, name, 16);
AT(tvp_host, version, 24);
AT(tvp_host, data_dir, 32);
AT(tvp_host, base_path, 40);
AT(tvp_host, register_page, 48);
AT(tvp_host, on_span_selected, 56);
AT(tvp_host, span_footer_widget, 64);
AT(tvp_host, span_json, 72);
AT(tvp_host, trace_json, 80);
AT(tvp_host, log, 88);
AT(tvp_host, extension, 96);
SIZE(tvp_host, 104);

AT(tvp_plugin, size, 0);
AT(tvp_plugin, abi, 4);
AT(tvp_plugin, id, 8);
AT(tvp_plugin, name, 16);
AT(tvp_plugin, version, 24);
AT(tvp_plugin, license, 32);
AT(tvp_plugin, activate, 40);
AT(tvp_plugin, deactivate, 48);
AT(tvp_plugin, endpoint, 56);
AT(tvp_plugin, health, 64);
AT(tvp_plugin, extension, 72);
SIZE(tvp_plugin, 80);

AT(tvp_query, size, 0);
AT(tvp_query, flags, 4);
AT(tvp_query, spans, 8);
SIZE(tvp_query, 16);

AT(tvp_notify, size, 0);
AT(tvp_notify, flags, 4);
AT(tvp_notify, toast, 8);
SIZE(tvp_notify, 16);

AT(tvp_panel, size, 0);
AT(tvp_panel, flags, 4);
AT(tvp_panel, id, 8);
AT(tvp_panel, title, 16);
AT(tvp_panel, icon, 24);
AT(tvp_panel, side, 32);
AT(tvp_panel, path, 40);
AT(tvp_panel, element, 48);
AT(tvp_panel, module, 56);
AT(tvp_panel, width, 64);
AT(tvp_panel, order, 68);
SIZE(tvp_panel, 72);

_Static_assert(sizeof(tvp_status) == 4 && (tvp_status)-1 < 0, "tvp_status is a signed 32-bit integer");
_Static_assert(TVP_ABI == 0x00010000u, "ABI 1.0");
_Static_assert(TVP_OK == 0 && TVP_EINVAL == -1 && TVP_ENOMEM == -2 && TVP_ENOTFOUND == -3 &&
                   TVP_EUNSUPPORTED == -4 && TVP_EBUSY == -5 && TVP_EIO == -6 && TVP_EINTERNAL == -7,
               "published numbers");
#endif

/* The macros, in every mode: that they compile is the test, abi.test.mjs need not run it. */
int header_uses_macros(const tvp_host *host);
int header_uses_macros(const tvp_host *host) {
    return (TVP_HAS(host, tvp_host, data_dir) ? 1 : 0) + (TVP_CAN(host, tvp_host, log) ? 2 : 0) +
           (TVP_MAJOR(host->abi) == TVP_ABI_MAJOR ? 4 : 0);
}
