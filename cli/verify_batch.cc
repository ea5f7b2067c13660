#include "cli/verify_batch.h"

#include <securepair/crypto.h>

#include <array>
#include <cerrno>
#include <exception>
#include <system_error>
#include <unistd.h>

#include "cli/verify_case.h"

namespace securepair::cli {
namespace {

// More than all the world's roots, and a large revocation list.
constexpr std::size_t longestLine = 16 * 1024 * 1024;

// Many chains often are for the same authorities: those of the line before are read once.
class Authorities {
 public:
  const crypto::SecureContext& of(const VerifyCase& asked) {
    if (context_ && asked.ca == ca_ && asked.crls == crls_) return context_;
    crypto::CredentialsOptions options{.ca = asked.ca};
    if (!asked.crls.empty()) options.crl = asked.crls;
    context_ = crypto::createCredentials(options).context;
    ca_ = asked.ca;
    crls_ = asked.crls;
    return context_;
  }

 private:
  std::vector<Buffer> ca_;
  std::vector<Buffer> crls_;
  crypto::SecureContext context_;
};

std::string reason(const Error& error) { return error.code() + ": " + error.message(); }

// The reason why not; empty where it is authorized.
std::string judge(const VerifyCase& asked, Authorities& authorities) {
  const tls::Verdict verdict =
      tls::verifyPeer(asked.chain, {.servername = asked.name,
                                    .nameKind = asked.nameKind,
                                    .purpose = asked.purpose,
                                    .time = asked.time,
                                    .maxDepth = asked.maxDepth,
                                    .secureContext = authorities.of(asked)});
  if (verdict.authorized) return {};
  return verdict.failure ? reason(*verdict.failure) : "ERR_UNEXPECTED: no reason is known";
}

void answer(Io& io, const Json& object, const std::string& why) {
  Json whole = object;
  whole.set("authorized", why.empty());
  if (why.empty()) {
    whole.setNull("error");
  } else {
    whole.set("error", why);
  }
  io.record(whole);
}

void answerLine(Io& io, std::string_view line, Authorities& authorities) {
  Json object;
  std::string why;
  try {
    why = judge(readVerifyCase(line, object), authorities);
  } catch (const Error& error) {
    why = reason(error);
  } catch (const std::exception& error) {
    why = std::string("ERR_UNEXPECTED: ") + error.what();
  }
  answer(io, object, why);
}

void answerLongLine(Io& io) {
  Json object;
  answer(io, object.setNull("id"), "ERR_BATCH_LINE: the line has more than 16 MiB");
}

// Cuts what is read into lines. Of one that is too long no more than that is kept.
class Lines {
 public:
  Lines(Io& io, Authorities& authorities) : io_(io), authorities_(authorities) {}

  void take(std::string_view part) {
    for (;;) {
      const std::size_t end = part.find('\n');
      add(part.substr(0, end));
      if (end == std::string_view::npos) return;
      finish();
      part.remove_prefix(end + 1);
    }
  }
  // What has no end of line behind it is a line too.
  void end() {
    if (tooLong_ || !line_.empty()) finish();
  }

 private:
  void add(std::string_view part) {
    tooLong_ = tooLong_ || line_.size() + part.size() > longestLine;
    if (tooLong_) {
      line_.clear();
    } else {
      line_ += part;
    }
  }
  void finish() {
    if (tooLong_) {
      answerLongLine(io_);
    } else {
      answerLine(io_, line_, authorities_);
    }
    line_.clear();
    tooLong_ = false;
  }

  Io& io_;
  Authorities& authorities_;
  std::string line_;
  bool tooLong_ = false;
};

Failure unreadable(int error) {
  return {Exit::failure,
          {.code = "ERR_INPUT",
           .message = "cannot read standard input: " + std::generic_category().message(error)}};
}

}  // namespace

void verifyBatch(Io& io) {
  Authorities authorities;
  Lines lines(io, authorities);
  std::array<char, 65536> part{};
  for (;;) {
    const ssize_t count = ::read(STDIN_FILENO, part.data(), part.size());
    if (count == 0) break;
    if (count > 0) {
      lines.take({part.data(), static_cast<std::size_t>(count)});
    } else if (errno != EINTR) {
      throw unreadable(errno);
    }
  }
  lines.end();
}

}  // namespace securepair::cli
