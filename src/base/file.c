#include "base/file.h"

static uint32_t count_lines(struct str bytes)
{
	uint32_t n = 1;

	for (size_t at = str_find(bytes, '\n'); at < bytes.n;
		at += 1 + str_find(str_from(bytes, at + 1), '\n'))
		n++;
	return n;
}

const struct file *file_new(struct arena *a, struct str path, struct str bytes)
{
	struct file *f = arena_new(a, struct file);
	uint32_t *lines;
	size_t at = 0;

	f->path = arena_str(a, path);
	f->bytes = bytes;
	f->line_count = count_lines(bytes);
	lines = arena_array(a, uint32_t, f->line_count);
	for (uint32_t i = 1; i < f->line_count; i++) {
		at += str_find(str_from(bytes, at), '\n') + 1;
		lines[i] = (uint32_t)at;
	}
	f->lines = lines;
	return f;
}

struct str span_str(struct span s)
{
	return s.file ? str_sub(s.file->bytes, s.offset, s.length) : STR_NONE;
}

static struct place file_place(const struct file *f, uint32_t offset)
{
	uint32_t low = 0, high = f->line_count;

	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (f->lines[mid] <= offset)
			low = mid;
		else
			high = mid;
	}
	return (struct place){low + 1, offset - f->lines[low] + 1};
}

struct place span_start(struct span s)
{
	return s.file ? file_place(s.file, s.offset) : (struct place){0, 0};
}

struct place span_end(struct span s)
{
	return s.file ? file_place(s.file, s.offset + s.length) : (struct place){0, 0};
}

struct span file_line(const struct file *f, uint32_t line)
{
	struct str s;
	size_t start;

	if (line == 0 || line > f->line_count)
		return (struct span){f, (uint32_t)f->bytes.n, 0};
	start = f->lines[line - 1];
	s = str_from(f->bytes, start);
	s = str_sub(s, 0, str_find(s, '\n'));
	if (str_ends(s, STR("\r")))
		s.n--;
	return span_of(f, start, s.n);
}

struct span span_join(struct span a, struct span b)
{
	uint32_t start, end, b_end;

	if (!a.file)
		return b;
	if (a.file != b.file)
		return a;
	start = a.offset < b.offset ? a.offset : b.offset;
	end = a.offset + a.length;
	b_end = b.offset + b.length;
	return (struct span){a.file, start, (end > b_end ? end : b_end) - start};
}
