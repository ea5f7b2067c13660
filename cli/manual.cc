#include "cli/manual.h"

#include <securepair/version.h>

#include <algorithm>

#include "cli/configuration.h"
#include "cli/help.h"

namespace securepair::cli {
namespace {

// Neither a hyphen nor a backslash, and no request at the start of a line.
std::string roff(const std::string& text) {
  std::string out;
  bool lineStart = true;
  for (const char c : text) {
    if (lineStart && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    lineStart = c == '\n';
  }
  return out;
}

std::string paragraphs(const std::string& text) {
  std::string out = roff(text);
  for (std::size_t at = 0; (at = out.find("\n\n", at)) != std::string::npos;) {
    out.replace(at, 2, "\n.PP\n");
  }
  return out;
}

std::string dashed(std::string path) {
  std::replace(path.begin(), path.end(), ' ', '-');
  return path;
}

std::string item(const std::string& name, const std::string& about) {
  return ".TP\n.B " + roff(name) + "\n" + roff(about) + "\n";
}

std::string parts(const Verb& verb, const std::string& path) {
  std::string text;
  if (verb.isGroup()) text += ".SH VERBS\n";
  for (const Verb& child : verb.verbs()) {
    text += item(path + " " + child.name(), child.summary());
  }
  if (!verb.arguments().empty()) text += ".SH ARGUMENTS\n";
  for (const auto& argument : verb.arguments()) {
    text += item(verb.argumentText(*argument), aboutText(*argument));
  }
  if (!verb.flags().empty()) text += ".SH OPTIONS\n";
  for (const auto& flag : verb.flags()) text += item(flagText(*flag), flagAboutText(verb, *flag));
  if (verb.isConfigurable()) {
    text += ".SH CONFIGURATION\n" + roff(configurationText()) + "\n.PP\n.nf\n" +
            roff(configurationExample()) + ".fi\n";
  }
  if (!verb.examples().empty()) text += ".SH EXAMPLES\n";
  for (const Verb::Example& example : verb.examples()) {
    text += item(example.command, example.about);
  }
  return text;
}

}  // namespace

std::string manualOf(const Verb& verb, const std::string& path) {
  std::string name = dashed(path);
  std::string upper = name;
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  std::string text = ".TH " + upper + " 1 \"\" \"securepair " SECUREPAIR_VERSION "\"\n.SH NAME\n" +
                     roff(name) + " \\- " + roff(verb.summary()) + "\n.SH SYNOPSIS\n.B " +
                     roff(usageOf(verb, path)) + "\n";
  if (!verb.description().empty()) {
    text += ".SH DESCRIPTION\n" + paragraphs(verb.description()) + "\n";
  }
  return text + parts(verb, path);
}

std::string manualName(const std::string& path) { return dashed(path) + ".1"; }

}  // namespace securepair::cli
