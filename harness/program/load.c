// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading a program from a file of either form, which its first bytes tell.
 * Other files that a user may take for a program get a message that says what
 * they are.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <harness/program/lex.h>

#define MAX_FILE (1U << 20)
#define BOM	 "\xef\xbb\xbf" /* of UTF-8; editors put it before a text */

static int file_error(const char *path, const char *what, char *err,
		      size_t errlen)
{
	if (errlen) {
		snprintf(err, errlen, "%s: %s", path, what);
		clean_message(err);
	}
	return -1;
}

/* --- opening --- */

/* The descriptor that @path names, as in /dev/fd/63 of a shell's <(), else -1. */
static int fd_of(const char *path)
{
	static const char prefix[] = "/dev/fd/";
	const size_t n = sizeof(prefix) - 1;
	unsigned int fd;

	if (!strcmp(path, "-") || !strcmp(path, "/dev/stdin"))
		return STDIN_FILENO;
	if (strncmp(path, prefix, n) ||
	    !parse_number(path + n, strlen(path + n), &fd))
		return -1;
	return fd;
}

/*
 * Open @path: a regular file, since others may block for ever. A pipe that the
 * caller has opened already is read as it is. Returns a descriptor, or -1 and
 * what is wrong.
 */
static int open_file(const char *path, const char **wrong)
{
	const int given = fd_of(path);
	const int fd = given < 0 ?
			       open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) :
			       dup(given);
	struct stat st;

	*wrong = NULL;
	if (fd < 0 || fstat(fd, &st))
		*wrong = strerror(errno);
	else if (S_ISDIR(st.st_mode))
		*wrong = strerror(EISDIR);
	else if (given < 0 && !S_ISREG(st.st_mode))
		*wrong = S_ISFIFO(st.st_mode) ?
				 "is a FIFO: give \"-\", and it as stdin" :
				 "is no regular file";
	if (!*wrong)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Read @fd into @buf of MAX_FILE + 1 bytes. Returns NULL or what is wrong. */
static const char *read_all(int fd, char *buf, size_t *len)
{
	ssize_t n;

	*len = 0;
	while (*len <= MAX_FILE &&
	       (n = TEMP_FAILURE_RETRY(
			read(fd, buf + *len, MAX_FILE + 1 - *len)))) {
		if (n < 0)
			return strerror(errno);
		*len += n;
	}
	if (*len > MAX_FILE)
		return "larger than 1 MiB";
	return *len ? NULL : "empty";
}

/* --- what it is --- */

/* Neither the magic begins so, nor any version without it. */
static bool is_text(unsigned char first)
{
	return (first >= ' ' && first <= '~') ||
	       (first >= '\t' && first <= '\r');
}

static bool begins(const char *buf, size_t len, const char *with, size_t n)
{
	return len >= n && !memcmp(buf, with, n);
}

/* The kind of a file that is no program, NULL if unknown. */
static const char *recognise(const char *buf, size_t len)
{
	static const struct {
		const char *with;
		size_t n;
		const char *what;
	} known[] = {
		{ "\xff\xfe", 2, "UTF-16 text: a program is plain ASCII" },
		{ "\xfe\xff", 2, "UTF-16 text: a program is plain ASCII" },
		{ "\x1f\x8b", 2, "compressed by gzip" },
		{ "\x7f"
		  "ELF",
		  4, "an ELF file, not a program" },
	};
	unsigned int i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (begins(buf, len, known[i].with, known[i].n))
			return known[i].what;
	return NULL;
}

static int load_bytes(struct program *p, const char *name, const char *buf,
		      size_t len, char *err, size_t errlen)
{
	const char *wrong = recognise(buf, len);

	if (wrong)
		return file_error(name, wrong, err, errlen);
	if (begins(buf, len, BOM, sizeof(BOM) - 1)) {
		buf += sizeof(BOM) - 1;
		len -= sizeof(BOM) - 1;
	}
	if (!len || is_text(*buf))
		return program_parse(p, name, buf, len, err, errlen);
	if (program_decode_file(p, (const uint8_t *)buf, len, &wrong))
		return file_error(name, wrong, err, errlen);
	return 0;
}

static int load(struct program *p, const char *path, bool raw, char *err,
		size_t errlen)
{
	const char *const name = strcmp(path, "-") ? path : "stdin";
	const char *wrong;
	char *buf;
	size_t len;
	int ret = 0, fd = open_file(path, &wrong);

	if (fd < 0)
		return file_error(name, wrong, err, errlen);
	buf = malloc(MAX_FILE + 1);
	wrong = buf ? read_all(fd, buf, &len) : strerror(ENOMEM);
	close(fd);
	if (wrong)
		ret = file_error(name, wrong, err, errlen);
	else if (raw)
		program_decode(p, (const uint8_t *)buf, len);
	else
		ret = load_bytes(p, name, buf, len, err, errlen);
	free(buf);
	return ret;
}

int program_load(struct program *p, const char *path, char *err, size_t errlen)
{
	return load(p, path, false, err, errlen);
}

int program_load_raw(struct program *p, const char *path, char *err,
		     size_t errlen)
{
	return load(p, path, true, err, errlen);
}
