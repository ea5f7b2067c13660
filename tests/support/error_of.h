#pragma once
#include <securepair/error.h>

#include <utility>

#include <gtest/gtest.h>

namespace securepair::test {

/// The Error that the call throws; a failure of the test where it throws none.
template <class F>
Error errorOf(F&& call) {
  try {
    std::forward<F>(call)();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return {"NOTHING_THROWN", ""};
}

}  // namespace securepair::test
