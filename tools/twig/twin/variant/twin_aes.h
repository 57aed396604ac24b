// Included before upstream's modcryptolib.c: a cipher takes as much of the heap as on the chip.
// The chip's axTLS keeps 484 bytes for a key (two uint16_t, 120 words of round keys), mbedTLS about 280.
#include <mbedtls/aes.h>

typedef union {
    mbedtls_aes_context real;
    uint8_t chip[484];
} twin_aes_context;

#define mbedtls_aes_context twin_aes_context
#define mbedtls_aes_init(context) mbedtls_aes_init(&(context)->real)
#define mbedtls_aes_free(context) mbedtls_aes_free(&(context)->real)
#define mbedtls_aes_setkey_enc(context, ...) mbedtls_aes_setkey_enc(&(context)->real, __VA_ARGS__)
#define mbedtls_aes_setkey_dec(context, ...) mbedtls_aes_setkey_dec(&(context)->real, __VA_ARGS__)
#define mbedtls_aes_crypt_ecb(context, ...) mbedtls_aes_crypt_ecb(&(context)->real, __VA_ARGS__)
#define mbedtls_aes_crypt_cbc(context, ...) mbedtls_aes_crypt_cbc(&(context)->real, __VA_ARGS__)
