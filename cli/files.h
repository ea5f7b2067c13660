#pragma once
#include <securepair/bytes.h>

#include <optional>
#include <string>
#include <vector>

#include "cli/io.h"
#include "cli/verb.h"

namespace securepair::cli {

// Files of keys, certificates and requests: what is wrong with one ends the verb with
// Exit::badFile.

Buffer readFile(const std::string& path);
std::vector<Buffer> readFiles(const std::vector<std::string>& paths);
/// Warns where others than its owner can read it.
Buffer readSecretFile(Io& io, const std::string& path);

/// Throws where it cannot be read from its beginning again and again, without a wait.
void requireRegularFile(const std::string& path);

/// What stands at a path itself; a link is not followed.
enum class There : unsigned char { nothing, file, link, folder, socket, other };
There lookAt(const std::string& path);
/// "a file"; empty for nothing.
std::string nameOf(There there);

/// Where --force replaces the file that is there, it is replaced in whole or not at all. What is
/// no file, such as a link, a folder or a device, is never replaced.
enum class Replace : unsigned char { no, yes };

void writeNewFile(const std::string& path, const Data& content, Replace replace);
/// The same of a key or a PFX: its owner alone may read it.
void writeSecretFile(const std::string& path, const Data& content, Replace replace);
/// Throws what writeNewFile() would throw of an existing file: to be asked before other files are
/// made.
void refuseExisting(const std::string& path, Replace replace);

/// Throws where a file could not be made there for want of its folder, or of the right to write
/// into it.
void requireWritableFolder(const std::string& path);

/// Where a passphrase comes from. Never the command line itself, which every user can read.
struct PassphraseFlags {
  std::string file = {};
  std::optional<int> descriptor = {};
  std::string prefix = {};  ///< of the flags' names: "ca-"

  bool given() const noexcept { return !file.empty() || descriptor.has_value(); }
};

/// --passphrase-file and --passphrase-fd; `ofWhat` ends the sentence "the passphrase of". Where a
/// verb has several, `prefix` tells them apart: --ca-passphrase-file.
void addPassphraseFlags(Verb& verb, PassphraseFlags& flags, const std::string& ofWhat,
                        const std::string& prefix = {});
/// The first line of it; empty where none is given.
std::string readPassphrase(Io& io, const PassphraseFlags& flags);

}  // namespace securepair::cli
