// Stands before the C library and OpenSSL in the echo server (LD_PRELOAD) and counts what it asks
// of them. On SIGUSR1 it writes the counts to standard output, one line of JSON.
//
// OpenSSL's own allocations are told from all others by CRYPTO_set_mem_functions(). Bytes are those
// that were asked for, whatever the allocator makes of them.
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <new>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/ssl.h>

// glibc's own, which nobody stands before.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* block);
}

namespace {

std::atomic<long> reads{0};
std::atomic<long> allocations{0};  ///< by whomever but OpenSSL
std::atomic<long> opensslAllocations{0};
std::atomic<long> opensslBytes{0};
std::atomic<long> ownBytes{0};  ///< by operator new

// Before each block, which stays aligned for everything.
struct alignas(std::max_align_t) Header {
  std::size_t size;
};

void* sized(Header* header, std::size_t size, std::atomic<long>& bytes) {
  if (header == nullptr) return nullptr;
  header->size = size;
  bytes += static_cast<long>(size);
  return header + 1;
}

void* allocate(std::size_t size, std::atomic<long>& bytes) {
  return sized(static_cast<Header*>(__libc_malloc(sizeof(Header) + size)), size, bytes);
}

void release(void* block, std::atomic<long>& bytes) {
  if (block == nullptr) return;
  Header* const header = static_cast<Header*>(block) - 1;
  bytes -= static_cast<long>(header->size);
  __libc_free(header);
}

void* opensslMalloc(std::size_t size, const char* /*file*/, int /*line*/) {
  ++opensslAllocations;
  return size == 0 ? nullptr : allocate(size, opensslBytes);
}

void opensslFree(void* block, const char* /*file*/, int /*line*/) { release(block, opensslBytes); }

void* opensslRealloc(void* block, std::size_t size, const char* file, int line) {
  if (block == nullptr) return opensslMalloc(size, file, line);
  if (size == 0) {
    opensslFree(block, file, line);
    return nullptr;
  }
  ++opensslAllocations;
  Header* const before = static_cast<Header*>(block) - 1;
  const std::size_t sizeBefore = before->size;
  void* const after = __libc_realloc(before, sizeof(Header) + size);
  if (after == nullptr) return nullptr;
  opensslBytes -= static_cast<long>(sizeBefore);
  return sized(static_cast<Header*>(after), size, opensslBytes);
}

// The server sleeps meanwhile: see echo_process.py.
void tell(int /*signal*/) {
  std::array<char, 256> line{};
  const int length = std::snprintf(line.data(), line.size(),
                                   "{\"reads\": %ld, \"allocations\": %ld, "
                                   "\"openssl_allocations\": %ld, \"openssl_bytes\": %ld, "
                                   "\"own_bytes\": %ld}\n",
                                   reads.load(), allocations.load(), opensslAllocations.load(),
                                   opensslBytes.load(), ownBytes.load());
  if (write(STDOUT_FILENO, line.data(), static_cast<std::size_t>(length)) != length) std::abort();
}

__attribute__((constructor)) void begin() {
  if (CRYPTO_set_mem_functions(opensslMalloc, opensslRealloc, opensslFree) != 1) {
    std::fputs("OpenSSL has allocated before it could be counted\n", stderr);
    std::abort();
  }
  std::signal(SIGUSR1, tell);
}

template <typename Function>
Function* following(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) {
  ++allocations;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  ++allocations;
  return __libc_calloc(count, size);
}
void* realloc(void* block, std::size_t size) {
  ++allocations;
  return __libc_realloc(block, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
  ++allocations;
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }
int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
  *block = memalign(alignment, size);
  return *block == nullptr ? ENOMEM : 0;
}

int SSL_read_ex(SSL* ssl, void* into, std::size_t size, std::size_t* count) {
  static const auto next = following<decltype(SSL_read_ex)>("SSL_read_ex");
  ++reads;
  return next(ssl, into, size, count);
}
int SSL_read(SSL* ssl, void* into, int size) {
  static const auto next = following<decltype(SSL_read)>("SSL_read");
  ++reads;
  return next(ssl, into, size);
}
}

void* operator new(std::size_t size) {
  ++allocations;
  void* const block = allocate(size, ownBytes);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}
void operator delete(void* block) noexcept { release(block, ownBytes); }
void operator delete(void* block, std::size_t /*size*/) noexcept { release(block, ownBytes); }
