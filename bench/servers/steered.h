#pragma once
#include <cstdint>
#include <linux/filter.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <vector>

#include "poller.h"

namespace bench {

/// This thread runs on that core alone.
inline void stayOn(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  must(::sched_setaffinity(0, sizeof set, &set) == 0, "sched_setaffinity");
}

/// A listening socket for each of these cores, all on one port: a connection comes to the one whose
/// core its packets arrive on, as with the queues of a network card.
inline std::vector<int> listenOnCores(int port, const std::vector<int>& cores) {
  std::vector<int> sockets;
  for (std::size_t i = 0; i < cores.size(); ++i) sockets.push_back(listenOn(port, true));
  // The answer is a socket's place in the order in which they began to listen.
  constexpr auto currentCore = static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_CPU);
  std::vector<sock_filter> steps{BPF_STMT(BPF_LD | BPF_W | BPF_ABS, currentCore)};
  for (std::size_t i = 0; i < cores.size(); ++i) {
    const auto core = static_cast<std::uint32_t>(cores[i]);
    steps.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, core, 0, 1));
    steps.push_back(BPF_STMT(BPF_RET | BPF_K, static_cast<std::uint32_t>(i)));
  }
  steps.push_back(BPF_STMT(BPF_RET | BPF_K, 0));
  const sock_fprog program{static_cast<unsigned short>(steps.size()), steps.data()};
  must(::setsockopt(sockets.front(), SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program,
                    sizeof program) == 0,
       "SO_ATTACH_REUSEPORT_CBPF");
  return sockets;
}

}  // namespace bench
