/* uSockets on libssl, as its users write it: bench_usockets MODE PORT CERT KEY. What a socket did not take waits beside it. */
#include <libusockets.h>
#include <stdlib.h>
#include <string.h>

enum { ssl = 1, block_size = 64 * 1024 };

struct waiting {
  char *bytes;
  int size;
};

static char block[block_size];
static int echoes, pours;

static void ignore_loop(struct us_loop_t *loop) { (void)loop; }

static void keep(struct waiting *waiting, const char *bytes, int size) {
  waiting->bytes = realloc(waiting->bytes, (size_t)(waiting->size + size));
  if (waiting->bytes == NULL) abort();
  memcpy(waiting->bytes + waiting->size, bytes, (size_t)size);
  waiting->size += size;
}

static struct us_socket_t *pour(struct us_socket_t *s) {
  while (us_socket_write(ssl, s, block, block_size, 0) == block_size) {
  }
  return s;
}

static struct us_socket_t *on_open(struct us_socket_t *s, int is_client, char *ip, int ip_length) {
  (void)is_client, (void)ip, (void)ip_length;
  memset(us_socket_ext(ssl, s), 0, sizeof(struct waiting));
  return pours ? pour(s) : s;
}

static struct us_socket_t *on_data(struct us_socket_t *s, char *data, int length) {
  struct waiting *waiting = us_socket_ext(ssl, s);
  int sent = 0;
  if (!echoes) return s;
  if (waiting->size == 0) sent = us_socket_write(ssl, s, data, length, 0);
  if (sent < length) keep(waiting, data + sent, length - sent);
  return s;
}

static struct us_socket_t *on_writable(struct us_socket_t *s) {
  struct waiting *waiting = us_socket_ext(ssl, s);
  if (pours) return pour(s);
  if (waiting->size > 0) {
    const int sent = us_socket_write(ssl, s, waiting->bytes, waiting->size, 0);
    waiting->size -= sent;
    memmove(waiting->bytes, waiting->bytes + sent, (size_t)waiting->size);
  }
  return s;
}

static struct us_socket_t *on_close(struct us_socket_t *s, int code, void *reason) {
  (void)code, (void)reason;
  free(((struct waiting *)us_socket_ext(ssl, s))->bytes);
  return s;
}

static struct us_socket_t *on_end(struct us_socket_t *s) { return us_socket_close(ssl, s, 0, NULL); }

static struct us_socket_t *on_timeout(struct us_socket_t *s) { return s; }

int main(int count, char **arguments) {
  struct us_socket_context_options_t options = {0};
  struct us_loop_t *loop;
  struct us_socket_context_t *context;
  if (count != 5) return 2;
  echoes = strcmp(arguments[1], "echo") == 0;
  pours = strcmp(arguments[1], "source") == 0;
  options.cert_file_name = arguments[3];
  options.key_file_name = arguments[4];
  loop = us_create_loop(NULL, ignore_loop, ignore_loop, ignore_loop, 0);
  context = us_create_socket_context(ssl, loop, 0, options);
  if (context == NULL) return 1;
  us_socket_context_on_open(ssl, context, on_open);
  us_socket_context_on_data(ssl, context, on_data);
  us_socket_context_on_writable(ssl, context, on_writable);
  us_socket_context_on_close(ssl, context, on_close);
  us_socket_context_on_end(ssl, context, on_end);
  us_socket_context_on_timeout(ssl, context, on_timeout);
  if (us_socket_context_listen(ssl, context, "127.0.0.1", atoi(arguments[2]), 0, sizeof(struct waiting)) == NULL) return 1;
  us_loop_run(loop);
  return 0;
}
