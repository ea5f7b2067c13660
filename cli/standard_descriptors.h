#pragma once

namespace securepair::cli {

/// Sees to it that descriptors 0 to 2 are taken: the next that is opened, a connection perhaps,
/// must not become the standard output that somebody has closed. What is closed stays of no use: it
/// cannot be read from, or written to. To be called before anything is opened.
void keepStandardDescriptors() noexcept;

}  // namespace securepair::cli
