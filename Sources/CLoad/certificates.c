#include "CLoad.h"

// As in cload.c: not in the header, so that Swift sees nothing of them.
#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>

int cload_count_certificates(const void *bytes, size_t count, const char **reason) {
    *reason = NULL;
    BIO *source = count <= INT_MAX ? BIO_new_mem_buf(bytes, (int)count) : NULL;
    if (!source) return -1;
    ERR_clear_error();
    // As X509_load_cert_crl_file(), which libcurl's OpenSSL reads such files with: an empty password, so that it asks for none.
    STACK_OF(X509_INFO) *infos = PEM_X509_INFO_read_bio(source, NULL, NULL, "");
    int certificates = infos ? 0 : -1;
    if (!infos) *reason = ERR_reason_error_string(ERR_peek_last_error());
    for (int index = 0; infos && index < sk_X509_INFO_num(infos); index++) {
        if (sk_X509_INFO_value(infos, index)->x509) certificates++;
    }
    sk_X509_INFO_pop_free(infos, X509_INFO_free);
    BIO_free(source);
    ERR_clear_error();
    return certificates;
}
