#pragma once
#include <memory>
#include <optional>
#include <string>

namespace securepair::cli {

/// What a client and a server say to each other until TLS begins.
class StarttlsDialogue {
 public:
  struct Answer {
    std::string send = {};
    bool goAhead = false;  ///< TLS begins, after `send`
  };

  StarttlsDialogue() = default;
  StarttlsDialogue(const StarttlsDialogue&) = delete;
  StarttlsDialogue& operator=(const StarttlsDialogue&) = delete;
  virtual ~StarttlsDialogue() = default;

  /// What the client says before the server has spoken.
  virtual std::string begin() { return {}; }
  /// Takes what it understands from the front of `received`; empty: more has to come. Throws a
  /// Failure where the server does not begin TLS.
  virtual std::optional<Answer> answer(std::string& received) = 0;
};

/// SMTP, IMAP, POP3 and FTP: lines.
std::unique_ptr<StarttlsDialogue> makeLineDialogue(const std::string& protocol);
/// LDAP, PostgreSQL, MySQL: messages with lengths; and XMPP. Null for another.
std::unique_ptr<StarttlsDialogue> makeMessageDialogue(const std::string& protocol,
                                                      const std::string& host);

/// Ends a dialogue: what the server has said is no go-ahead.
[[noreturn]] void refuseStarttls(const std::string& expected, const std::string& got);

}  // namespace securepair::cli
