/* replay_main.c: runs a fuzz target over files, without libFuzzer: seeds and past findings as plain tests. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        FILE *f = fopen(argv[i], "rb");
        if (!f) {
            perror(argv[i]);
            return 1;
        }
        uint8_t *data = NULL;
        size_t size = 0, cap = 0;
        do {
            if (size == cap) {
                cap = cap ? cap * 2 : 65536;
                uint8_t *grown = realloc(data, cap);
                if (!grown) abort();
                data = grown;
            }
            size += fread(data + size, 1, cap - size, f);
        } while (size == cap);
        fclose(f);
        /* Exactly as large as the input, so that a sanitizer sees a read past its end. */
        uint8_t *exact = realloc(data, size ? size : 1);
        LLVMFuzzerTestOneInput(exact ? exact : data, size);
        free(exact ? exact : data);
    }
    printf("%d inputs replayed\n", argc - 1);
    return 0;
}
