#include <securepair/error.h>

#include <utility>

namespace securepair {
namespace {

void addLine(std::string& text, const char* label, const std::string& value) {
  if (!value.empty()) text += std::string("\n  ") + label + ": " + value;
}

std::string sentenceOf(const ErrorParts& parts) {
  std::string text = parts.message;
  addLine(text, "certificate", parts.certificate);
  addLine(text, "expected", parts.expected);
  addLine(text, "got", parts.got);
  addLine(text, "fix", parts.fix);
  return text;
}

}  // namespace

Error::Error(std::string code, std::string message)
    : Error(ErrorParts{.code = std::move(code), .message = std::move(message)}) {}

Error::Error(ErrorParts parts)
    : std::runtime_error(sentenceOf(parts)),
      parts_(std::make_shared<const ErrorParts>(std::move(parts))) {}

Error::Error(const Error&) noexcept = default;
Error& Error::operator=(const Error&) noexcept = default;
Error::~Error() = default;

const std::string& Error::code() const noexcept { return parts_->code; }
const std::string& Error::message() const noexcept { return parts_->message; }
const std::string& Error::certificate() const noexcept { return parts_->certificate; }
const std::string& Error::expected() const noexcept { return parts_->expected; }
const std::string& Error::got() const noexcept { return parts_->got; }
const std::string& Error::fix() const noexcept { return parts_->fix; }

}  // namespace securepair
