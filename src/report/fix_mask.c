#include "report/fix_mask.h"

#include "base/buf.h"

static struct str mask_one(struct arena *a, struct str text, struct str secret)
{
	struct buf out = {.arena = a};
	size_t at = str_find_str(text, secret);

	if (at == text.n)
		return text;
	for (; at < text.n; at = str_find_str(text, secret)) {
		buf_add(&out, str_sub(text, 0, at));
		buf_add(&out, STR("***"));
		text = str_from(text, at + secret.n);
	}
	buf_add(&out, text);
	return buf_str(&out);
}

struct str fix_mask(struct arena *a, struct str text, const struct strs *secrets)
{
	vec_each (const struct str, secret, secrets)
		if (secret->n >= FIX_SECRET_MIN)
			text = mask_one(a, text, *secret);
	return text;
}
