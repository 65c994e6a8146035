// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading a program from a file of either form, which its first byte tells.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <harness/program/lex.h>

#define MAX_FILE (1U << 20)

static int file_error(const char *path, const char *what, char *err,
		      size_t errlen)
{
	if (errlen) {
		snprintf(err, errlen, "%s: %s", path, what);
		clean_message(err);
	}
	return -1;
}

/* Read @f into @buf of MAX_FILE + 1 bytes. Returns NULL or what is wrong. */
static const char *read_all(FILE *f, char *buf, size_t *len)
{
	errno = 0;
	*len = fread(buf, 1, MAX_FILE + 1, f);
	if (ferror(f))
		return strerror(errno);
	if (*len > MAX_FILE)
		return "larger than 1 MiB";
	return *len ? NULL : "empty";
}

/* PROGRAM_VERSION is no text character, so what we encode is binary. */
static bool is_text(unsigned char first)
{
	return (first >= ' ' && first <= '~') ||
	       (first >= '\t' && first <= '\r');
}

_Static_assert(PROGRAM_VERSION < '\t', "a binary form that looks like text");

static int load_stream(struct program *p, const char *name, FILE *f, char *err,
		       size_t errlen)
{
	char *buf = malloc(MAX_FILE + 1);
	const char *wrong;
	size_t len;
	int ret = 0;

	if (!buf)
		return file_error(name, strerror(ENOMEM), err, errlen);
	wrong = read_all(f, buf, &len);
	if (wrong)
		ret = file_error(name, wrong, err, errlen);
	else if (is_text(buf[0]))
		ret = program_parse(p, name, buf, len, err, errlen);
	else
		program_decode(p, (const uint8_t *)buf, len);
	free(buf);
	return ret;
}

int program_load(struct program *p, const char *path, char *err, size_t errlen)
{
	FILE *f;
	int ret;

	if (!strcmp(path, "-"))
		return load_stream(p, "stdin", stdin, err, errlen);
	f = fopen(path, "rb");
	if (!f)
		return file_error(path, strerror(errno), err, errlen);
	ret = load_stream(p, path, f, err, errlen);
	fclose(f);
	return ret;
}
