#include "crypto/openssl_error.h"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

namespace securepair::test {
namespace {

using crypto::errorCode;
using crypto::takeFailure;

TEST(OpensslError, CodesAreMadeOfLibraryAndReason) {
  OPENSSL_init_ssl(OPENSSL_INIT_LOAD_SSL_STRINGS, nullptr);
  EXPECT_EQ(errorCode(ERR_PACK(ERR_LIB_SSL, 0, SSL_R_WRONG_VERSION_NUMBER)),
            "ERR_SSL_WRONG_VERSION_NUMBER");
  EXPECT_EQ(errorCode(ERR_PACK(ERR_LIB_SSL, 0, SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE)),
            "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE");
  EXPECT_EQ(errorCode(ERR_PACK(ERR_LIB_EVP, 0, EVP_R_BAD_DECRYPT)), "ERR_EVP_BAD_DECRYPT");
  EXPECT_EQ(errorCode(ERR_PACK(ERR_LIB_PEM, 0, PEM_R_NO_START_LINE)), "ERR_PEM_NO_START_LINE");
  EXPECT_EQ(errorCode(0), "ERR_OPENSSL");
  EXPECT_EQ(errorCode(ERR_PACK(ERR_LIB_SSL, 0, 3999)), "ERR_SSL_ERROR_3999");
}

TEST(OpensslError, TheInnermostCauseComesFirst) {
  ERR_clear_error();
  ERR_raise(ERR_LIB_EVP, EVP_R_BAD_DECRYPT);
  ERR_raise(ERR_LIB_PEM, PEM_R_BAD_PASSWORD_READ);
  const auto failure = takeFailure();
  EXPECT_EQ(failure.reason, "bad decrypt, bad password read");
  EXPECT_EQ(errorCode(failure.code), "ERR_EVP_BAD_DECRYPT");
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(OpensslError, DataBelongsToTheReasonAndEchoesAreLeftOut) {
  ERR_clear_error();
  ERR_raise_data(ERR_LIB_EVP, ERR_R_UNSUPPORTED, "RC2-40-CBC");
  ERR_raise(ERR_LIB_PEM, ERR_R_EVP_LIB);
  ERR_raise(ERR_LIB_SSL, ERR_R_PEM_LIB);
  EXPECT_EQ(takeFailure().reason, "unsupported (RC2-40-CBC)");
}

TEST(OpensslError, ErrorsOfTheSystemAreTold) {
  ERR_clear_error();
  ERR_raise(ERR_LIB_SYS, ENOENT);
  const auto failure = takeFailure();
  EXPECT_EQ(failure.reason, "No such file or directory");
  EXPECT_EQ(errorCode(failure.code), "ERR_SYSTEM_NO_SUCH_FILE_OR_DIRECTORY");
}

TEST(OpensslError, AnUnknownAlgorithmIsToldFromDamage) {
  EXPECT_TRUE(crypto::isUnsupported(ERR_PACK(ERR_LIB_EVP, 0, ERR_R_UNSUPPORTED)));
  EXPECT_TRUE(crypto::isUnsupported(ERR_PACK(ERR_LIB_EVP, 0, EVP_R_UNKNOWN_PBE_ALGORITHM)));
  EXPECT_FALSE(crypto::isUnsupported(ERR_PACK(ERR_LIB_EVP, 0, EVP_R_BAD_DECRYPT)));
  EXPECT_FALSE(crypto::isUnsupported(ERR_PACK(ERR_LIB_OSSL_DECODER, 0, ERR_R_UNSUPPORTED)));
  EXPECT_FALSE(crypto::isUnsupported(0));
}

TEST(OpensslError, AnEmptyQueueGivesNothing) {
  ERR_clear_error();
  EXPECT_EQ(takeFailure().code, 0U);
  EXPECT_EQ(takeFailure().reason, "");
}

TEST(OpensslError, CleanErrorsFindsAndLeavesTheQueueEmpty) {
  ERR_raise(ERR_LIB_SSL, SSL_R_BAD_LENGTH);
  {
    const crypto::CleanErrors clean;
    EXPECT_EQ(ERR_peek_error(), 0U);
    ERR_raise(ERR_LIB_SSL, SSL_R_BAD_LENGTH);
  }
  EXPECT_EQ(ERR_peek_error(), 0U);
}

}  // namespace
}  // namespace securepair::test
