/*
 * why: from a log to the cause and the change that cures it.
 *
 * Depends on why/scene, why/spot. Clues become causes: what is the same at root is one
 * cause with several lines, and what failed first stands first, for what fails later is
 * most often its consequence. Each cause is a sentence without jargon, the line that
 * shows it, how sure that is, what the model or the engine says to it, and what to write
 * where. Where nothing is known, that is what the answer says.
 *
 *	struct why_answer answer = why_ask(&arena, &log, container, asker);
 *	if (!answer.causes.n)
 *		show(answer.suspects);
 */
#ifndef OAKUM_WHY_WHY_H
#define OAKUM_WHY_WHY_H

#include "why/spot.h"

enum sureness {
	SURE_PERHAPS, /* something in the file or the engine speaks against it */
	SURE_LIKELY,  /* the line says it in its own way */
	SURE_YES,     /* the line says it with its errno or the model says the same */
};

/* What to write, and where. */
struct cure {
	struct str where; /* "Dockerfile, above line 7", "compose.yaml, service web" */
	struct str text;  /* lines to write, or a command */
	bool is_sentence; /* text is a sentence, not something to be written */
};

VEC_TYPE(struct cure, cures);
VEC_TYPE(const struct clue *, clue_list);

struct cause {
	const struct clue *clue; /* the first one */
	struct spot spot;
	struct str sentence;
	enum sureness sure;
	enum answer
		is_agreed;   /* does the file say the same? MAYBE: it leaves it open */
	struct str evidence; /* what model or engine say to it: a sentence, or empty */
	struct cures cures;
	struct clue_list also; /* further lines that say the same or follow from it */
};

VEC_TYPE(struct cause, causes);

struct why_answer {
	struct scene scene;
	struct causes causes;
	struct log_lines suspects; /* only where causes is empty */
};

struct why_answer why_ask(struct arena *a, const struct log *log,
	const struct container *container, const struct access_asker *asker);

/*
 * The path of the container that one would have to look at to judge a cause: its own, or
 * empty where whose it is does not matter.
 */
struct str why_wants(const struct cause *cause);

/* Tells the cause whose the path (or the nearest folder above it that is there) is. */
void why_hear(const struct scene *s, struct cause *cause, const struct owned *owned);

/* "sure", "likely", "perhaps" */
struct str sureness_name(enum sureness sure);

/* Private to why/: the sentence of a cause, and what to write. */
struct str sentence_of(
	const struct scene *s, const struct clue *clue, const struct spot *spot);
struct cures cures_of(
	const struct scene *s, const struct clue *clue, const struct spot *spot);

#endif
