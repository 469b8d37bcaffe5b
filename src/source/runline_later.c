/* Until runline.c reads them: whoever adds it removes this file. */
#include "source/runline.h"

void runline_load(struct arena *a, struct world *world, const struct knowledge *know,
	const struct file *file, const struct load_options *options, struct input *in)
{
	(void)a, (void)world, (void)know, (void)file, (void)options, (void)in;
}
