#include "pair/callback_threw.h"

#include <exception>

namespace securepair::detail {

Error callbackThrew(const std::string& code, const std::string& callback, const std::string& fix) {
  std::string what = "something that is no std::exception";
  try {
    throw;
  } catch (const Error& error) {
    return error;
  } catch (const std::exception& exception) {
    what = exception.what();
  } catch (...) {  // named above
  }
  return Error({.code = code, .message = callback + " threw: " + what, .fix = fix});
}

}  // namespace securepair::detail
