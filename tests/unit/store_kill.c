/* The short version of tests/soak/store_kill.c. */
#include "store_killing.h"

static void nothing_acknowledged_is_lost_and_nothing_is_half_done(void **state) {
    kill_and_look(*state, 12, 150);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_acknowledged_is_lost_and_nothing_is_half_done, temp_store_setup,
                                        temp_store_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
