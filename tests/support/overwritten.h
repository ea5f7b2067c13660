#pragma once

namespace securepair::test {

/// Whether a view that was kept too long shows itself: its bytes are overwritten, in debug builds.
#ifdef NDEBUG
constexpr bool viewsAreOverwritten = false;
#else
constexpr bool viewsAreOverwritten = true;
#endif

}  // namespace securepair::test
