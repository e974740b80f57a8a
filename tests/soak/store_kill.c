/* kill -9 at random moments, a hundred times (or as many as the first argument says). See store_killing.h. */
#include "store_killing.h"

static int rounds(int argc, char **argv) {
    int n = argc > 1 ? atoi(argv[1]) : 0;
    return n > 0 ? n : 100;
}

static void killed_again_and_again(void **state) {
    struct temp_store *t = *state;
    int taken_back = kill_and_look(t, atoi(getenv("STORE_KILL_ROUNDS")), 600);
    print_message("%d changes were interrupted and taken back\n", taken_back);
    assert_true(taken_back > 0);
}

int main(int argc, char **argv) {
    char text[16];
    snprintf(text, sizeof text, "%d", rounds(argc, argv));
    setenv("STORE_KILL_ROUNDS", text, 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(killed_again_and_again, temp_store_setup, temp_store_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
