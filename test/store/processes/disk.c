/*
 * Preloaded into a process, writes down what it does to the files below $POWER_FOLDER, in the order it does it, to the
 * file $POWER_LOG; and what it says on standard output, so that it is known what was reported before what. Files are told
 * apart by their inode. A record is a line of text, and for W and S as many bytes as it says:
 *
 *   W inode offset length path     written
 *   T inode size path              cut or extended
 *   Y inode path                   synced (also folders)
 *   R from \t to                   renamed
 *   U path                         removed
 *   S length                       said
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int sink = -1;

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static void raw(const void *bytes, size_t length) {
  const char *at = bytes;
  while (length > 0) {
    long written = syscall(SYS_write, sink, at, length);
    if (written <= 0) abort();
    at += written;
    length -= (size_t)written;
  }
}

/* Only the process that was asked to, not what it starts. */
__attribute__((constructor)) static void begin(void) {
  const char *log = getenv("POWER_LOG");
  if (log) sink = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int is_ours(const char *path) {
  const char *folder = getenv("POWER_FOLDER");
  return sink >= 0 && folder && strncmp(path, folder, strlen(folder)) == 0;
}

/* The file behind a descriptor: its path and inode, where it is one of ours. */
static int find(int fd, char *path, unsigned long *inode) {
  char link[64];
  struct stat file;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length < 0) return 0;
  path[length] = 0;
  if (!is_ours(path) || fstat(fd, &file) != 0) return 0;
  *inode = (unsigned long)file.st_ino;
  return 1;
}

static void note(const char *format, ...) {
  char line[2 * PATH_MAX + 128];
  va_list values;
  va_start(values, format);
  int length = vsnprintf(line, sizeof line, format, values);
  va_end(values);
  raw(line, (size_t)length);
}

static void wrote(int fd, long offset, const struct iovec *parts, ssize_t done) {
  char path[PATH_MAX];
  unsigned long inode = 0;
  if (done <= 0 || sink < 0) return;
  if (fd == 1) note("S %zd\n", done);
  else if (find(fd, path, &inode)) note("W %lu %ld %zd %s\n", inode, offset, done, path);
  else return;
  for (size_t left = (size_t)done; left > 0; parts++) {
    size_t length = parts->iov_len < left ? parts->iov_len : left;
    raw(parts->iov_base, length);
    left -= length;
  }
}

/* The operation and its record are one step: what another thread does comes before both or after both. */
#define STEP(type, call, record) \
  pthread_mutex_lock(&lock);     \
  type done = call;              \
  int failure = errno;           \
  record;                        \
  errno = failure;               \
  pthread_mutex_unlock(&lock);   \
  return done

static long here(int fd, ssize_t done) { return (long)lseek(fd, 0, SEEK_CUR) - (done > 0 ? done : 0); }

ssize_t write(int fd, const void *bytes, size_t length) {
  REAL(write);
  struct iovec part = {(void *)bytes, length};
  STEP(ssize_t, real(fd, bytes, length), wrote(fd, here(fd, done), &part, done));
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  REAL(writev);
  STEP(ssize_t, real(fd, parts, count), wrote(fd, here(fd, done), parts, done));
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
  REAL(pwrite);
  struct iovec part = {(void *)bytes, length};
  STEP(ssize_t, real(fd, bytes, length, offset), wrote(fd, offset, &part, done));
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
  REAL(pwrite64);
  struct iovec part = {(void *)bytes, length};
  STEP(ssize_t, real(fd, bytes, length, offset), wrote(fd, offset, &part, done));
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  REAL(pwritev);
  STEP(ssize_t, real(fd, parts, count, offset), wrote(fd, offset, parts, done));
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) {
  REAL(pwritev64);
  STEP(ssize_t, real(fd, parts, count, offset), wrote(fd, offset, parts, done));
}

static void sized(int fd, long size, int done) {
  char path[PATH_MAX];
  unsigned long inode = 0;
  if (done == 0 && find(fd, path, &inode)) note("T %lu %ld %s\n", inode, size, path);
}
int ftruncate(int fd, off_t size) {
  REAL(ftruncate);
  STEP(int, real(fd, size), sized(fd, size, done));
}
int ftruncate64(int fd, off64_t size) {
  REAL(ftruncate64);
  STEP(int, real(fd, size), sized(fd, size, done));
}

static void synced(int fd, int done) {
  char path[PATH_MAX];
  unsigned long inode = 0;
  if (done == 0 && find(fd, path, &inode)) note("Y %lu %s\n", inode, path);
}
int fsync(int fd) {
  REAL(fsync);
  STEP(int, real(fd), synced(fd, done));
}
int fdatasync(int fd) {
  REAL(fdatasync);
  STEP(int, real(fd), synced(fd, done));
}

int rename(const char *from, const char *to) {
  REAL(rename);
  STEP(int, real(from, to), if (done == 0 && is_ours(from)) note("R %s\t%s\n", from, to));
}
int unlink(const char *path) {
  REAL(unlink);
  STEP(int, real(path), if (done == 0 && is_ours(path)) note("U %s\n", path));
}
