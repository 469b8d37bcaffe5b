#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	CHUNK_SIZE = 64 * 1024, /* the first one; later ones double up to the next */
	CHUNK_MAX = 1024 * 1024,
	ALIGN = 16,
};

struct arena_chunk {
	struct arena_chunk *next;
	size_t size, used; /* bytes behind the header */
	_Alignas(ALIGN) char bytes[];
};

_Noreturn static void out_of_memory(void)
{
	static const char line[] = "oakum: out of memory\n";

	if (write(STDERR_FILENO, line, sizeof(line) - 1) < 0)
		_exit(3);
	_exit(3);
}

static size_t round_up(size_t n)
{
	if (n > SIZE_MAX / 2)
		out_of_memory();
	return (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

static size_t chunk_size_for(const struct arena *a, size_t need)
{
	size_t size = a->head ? a->head->size * 2 : CHUNK_SIZE;

	if (size > CHUNK_MAX)
		size = CHUNK_MAX;
	return need > size ? need : size;
}

static struct arena_chunk *chunk_new(const struct arena *a, size_t need)
{
	size_t size = chunk_size_for(a, need);
	struct arena_chunk *c = malloc(sizeof(*c) + size);

	if (!c)
		out_of_memory();
	*c = (struct arena_chunk){.size = size};
	return c;
}

/* The first chunk that a reset kept and that is large enough, or NULL. */
static struct arena_chunk *take_spare(struct arena *a, size_t need)
{
	for (struct arena_chunk **at = &a->spare; *at; at = &(*at)->next) {
		struct arena_chunk *c = *at;

		if (c->size >= need) {
			*at = c->next;
			return c;
		}
	}
	return NULL;
}

static void chunk_push(struct arena *a, size_t need)
{
	struct arena_chunk *c = take_spare(a, need);

	if (!c)
		c = chunk_new(a, need);
	c->next = a->head;
	a->head = c;
}

void *arena_alloc(struct arena *a, size_t size)
{
	size_t need = round_up(size);
	struct arena_chunk *c = a->head;
	void *p;

	if (!c || c->size - c->used < need) {
		chunk_push(a, need);
		c = a->head;
	}
	p = c->bytes + c->used;
	c->used += need;
	a->used += need;
	return memset(p, 0, need);
}

void *arena_alloc_many(struct arena *a, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		out_of_memory();
	return arena_alloc(a, total);
}

void *arena_grow(struct arena *a, void *old, size_t old_size, size_t new_size)
{
	struct arena_chunk *c = a->head;
	size_t old_need = round_up(old_size), new_need = round_up(new_size);
	void *p;

	if (old && c && c->used >= old_need && c->bytes + c->used - old_need == old &&
		new_need >= old_need && c->size - c->used >= new_need - old_need) {
		memset((char *)old + old_size, 0, new_need - old_size);
		c->used += new_need - old_need;
		a->used += new_need - old_need;
		return old;
	}
	p = arena_alloc(a, new_size);
	if (old)
		memcpy(p, old, old_size);
	return p;
}

struct str arena_str(struct arena *a, struct str s)
{
	return (struct str){arena_cstr(a, s), s.n};
}

const char *arena_cstr(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	return p;
}

struct str arena_vprintf(struct arena *a, const char *fmt, va_list args)
{
	va_list again;
	char small[256];
	char *p;
	int n;

	va_copy(again, args);
	n = vsnprintf(small, sizeof(small), fmt, args);
	if (n < 0) {
		va_end(again);
		return STR_NONE;
	}
	p = arena_alloc(a, (size_t)n + 1);
	if ((size_t)n < sizeof(small))
		memcpy(p, small, (size_t)n);
	else
		vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return (struct str){p, (size_t)n};
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
	struct str s;
	va_list args;

	va_start(args, fmt);
	s = arena_vprintf(a, fmt, args);
	va_end(args);
	return s;
}

/* The chunks come back in the order in which they were filled. */
void arena_reset(struct arena *a)
{
	while (a->head) {
		struct arena_chunk *c = a->head;

		a->head = c->next;
		c->used = 0;
		c->next = a->spare;
		a->spare = c;
	}
	a->used = 0;
}

static void free_chunks(struct arena_chunk *c)
{
	while (c) {
		struct arena_chunk *next = c->next;

		free(c);
		c = next;
	}
}

void arena_free(struct arena *a)
{
	free_chunks(a->head);
	free_chunks(a->spare);
	*a = (struct arena){0};
}
