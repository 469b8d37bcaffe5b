/*
 * fuzz_images_tsv: a user's table of images, and references asked of it.
 *
 * The first line of the input is a reference, the rest is the file. Whatever stands
 * there, the reader ends with a table or with one line that names file and line; what a
 * table that was accepted answers can be turned into accounts.
 */
#include <stdlib.h>

#include "know/know.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(struct arena *a, const struct knowledge *know, struct str reference)
{
	const struct know_image *image;
	struct image_ref ref;

	if (!image_ref_parse(reference, &ref))
		return;
	image = know_image(know, a, &ref);
	if (!image)
		return;
	know_accounts(know, a, image, SPAN_NONE);
	know_has_tool(image, STR("shadow"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str input = {(const char *)data, size};
	struct str reference = str_sub(input, 0, str_find(input, '\n'));
	struct arena arena = {0};
	struct world *world = world_memory(&arena);
	const struct knowledge *know;
	struct err e = {0};

	world_put(world, STR("images.tsv"), str_from(input, reference.n + 1));
	if (know_open(&arena, world, STR("images.tsv"), &know, &e) == 0)
		ask(&arena, know, reference);
	else if (strncmp(e.text, "read the table of images: ", 26) != 0)
		abort();
	arena_free(&arena);
	return 0;
}
