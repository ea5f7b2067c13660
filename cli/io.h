#pragma once
#include <securepair/bytes.h>
#include <securepair/error.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "cli/exit.h"
#include "cli/json.h"
#include "cli/line_sink.h"
#include "cli/option_names.h"

namespace securepair::cli {

/// What every verb is told by its flags, and by the environment.
struct Settings {
  std::string color = "auto";
  bool quiet = false;
  bool json = false;
  bool help = false;
  std::string config = {};  ///< the file of a verb that is configurable(); may be empty
  bool printConfig = false;
};

enum class Ink : unsigned char { plain, bold, red, green, yellow };

/// Standard output for data, standard error for all that is said about it. Each call is one write,
/// so that threads do not mix their lines. What cannot be written to standard output is a Failure.
class Io {
 public:
  /// Looks at the settings when something is written: they are known only after the command line
  /// was read.
  explicit Io(const Settings& settings) : settings_(settings) {}

  bool json() const noexcept { return settings_.json; }
  bool quiet() const noexcept { return settings_.quiet; }

  /// Data as it is, PEM for one.
  void raw(const Data& data);
  /// A line of text; control characters in it are shown, not obeyed.
  void line(std::string_view text);
  /// The same where the text was put together by printable() and inked().
  void inkedLine(std::string_view text);
  /// A line of JSON, where JSON goes.
  void record(const Json& object);

  /// A line on standard error, unless --quiet or --json: what a script is to know is a record().
  void note(std::string_view text);
  /// The same of what may be a mistake, in spite of --quiet; with --json a record() of
  /// warningJson(). `fix` may be empty.
  void warn(std::string_view message, std::string_view fix = {});
  /// Why the verb ends; with --json a record().
  void error(const Error& error, Exit exit);
  /// Whose flags the user knows. Errors are told in these words.
  void speakOf(const Verb& verb) { verb_ = &verb; }
  /// The error as error() tells it.
  Error inFlags(const Error& error) const {
    return verb_ == nullptr ? error : cli::inFlags(error, *verb_);
  }

  /// JSON goes to standard error.
  void keepOutputForData() noexcept { outputIsData_ = true; }

  /// From now on this is a service, which goes on where nobody reads what it tells: lines that
  /// would have to wait are left out and counted, and that standard output is gone is no Failure.
  void neverWait();

  /// Whether standard error is a terminal on which text can be drawn anew, for somebody who wants
  /// to be told what goes on.
  bool canDraw() const;
  /// Text and escape sequences for that terminal, as they are.
  void draw(std::string_view text);

  /// For standard output; plain where that is no terminal or the user wants none.
  std::string inked(Ink ink, std::string_view text) const;

 private:
  bool colored(int descriptor) const;
  void diagnostic(Ink ink, std::string_view label, std::string_view text);
  std::string diagnosticLine(Ink ink, std::string_view label, std::string_view text) const;
  std::string warningLine(std::string_view message, std::string_view fix) const;
  std::string missedLine(std::uint64_t lines) const;
  void out(std::string_view text);
  void err(std::string_view text);

  const Settings& settings_;
  const Verb* verb_ = nullptr;
  bool outputIsData_ = false;
  std::unique_ptr<LineSink> outSink_ = {};  ///< of a service
  std::unique_ptr<LineSink> errSink_ = {};
};

/// `error` as a JSON object: code, message and what else it has.
Json errorJson(const Error& error);
/// A warning as an object of its own: event, message and fix, which may be empty.
Json warningJson(std::string_view message, std::string_view fix = {});

}  // namespace securepair::cli
