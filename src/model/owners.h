/*
 * owners: what a build did to the paths of its image: whose they are, and who may.
 *
 * Depends on accounts, world (only to look at a build context). A step appends events
 * to a log, newest first, that later steps share: something was made, given to somebody,
 * got a mode, was removed, copied, or may have changed unseen. Appending is cheap and
 * decides nothing; owners_look replays the log for one path over what is known of the
 * base image. What cannot be known is unknown, with the reason; a wrong answer is worse
 * than none.
 *
 *	struct look look = owners_look(&view, STR("/app"));
 *	if (look.exists == ANSWER_YES && look.uid.know == FACT_SET)
 *		use(look.uid.n, look.owner_by);
 */
#ifndef OAKUM_MODEL_OWNERS_H
#define OAKUM_MODEL_OWNERS_H

#include "base/acl.h"
#include "base/world.h"
#include "model/accounts.h"

enum {
	OWNERS_EVENTS_MAX = 20000, /* of a log; beyond, nothing is known */
	OWNERS_LINKS_MAX = 16,	   /* links followed on the way to one path */
	OWNERS_DEPTH_MAX = 8,	   /* copies of copies */
	OWNERS_STEPS_MAX = 400000, /* events looked at for one question */
};

/* The folder that a builder is sent. */
struct build_context {
	struct str folder;
	/* Is path, relative to folder, sent? NULL: all is. */
	enum answer (*sends)(const void *list, struct str path, bool is_folder);
	const void *list;
	struct str ignored_by; /* the file that says what is not sent; empty: none */
};

enum entry_kind { ENTRY_UNKNOWN, ENTRY_FILE, ENTRY_FOLDER, ENTRY_LINK };

enum event_kind {
	EVENT_MADE,  /* path is there, with uid, gid and mode */
	EVENT_PUT,   /* COPY, ADD: what source is, with all below it, is at path */
	EVENT_OWNER, /* uid, gid where they are not UNSET */
	EVENT_MODE,
	EVENT_GONE,
	EVENT_COPIED, /* cp, mv: what source was is at path, or in it */
	EVENT_VOLUME, /* what a RUN does below path from here on may be lost */
	EVENT_CLOUD,  /* something may have been made below path, nobody saw what */
	EVENT_BLUR,   /* and whatever is there may have been changed */
};

/* One thing that happened. path is absolute and clean. */
struct event {
	const struct event *older;
	uint32_t count; /* events so far, this one included */
	enum event_kind kind;
	enum entry_kind makes;
	enum answer happens;  /* YES or MAYBE */
	bool is_in_run;	      /* a RUN did it */
	bool is_recursive;    /* OWNER, MODE, GONE: all below it, too */
	bool only_if_missing; /* MADE: what is there stays as it is */
	bool makes_parents;   /* MADE, PUT: so are the folders above it */
	bool is_glob;	      /* path holds * ? [ as of a shell */
	bool is_system_wide;  /* CLOUD, BLUR: where packages put things, and path */
	bool is_inside;	      /* CLOUD, BLUR: below path, not path itself */
	bool is_open;	 /* CLOUD: the modes of what was made are not by the umask */
	bool keeps;	 /* COPIED: owner and mode; BLUR: whatever is there */
	bool moves;	 /* COPIED: the source is gone */
	bool goes_in;	 /* PUT, COPIED: path is a folder for sure */
	bool is_content; /* COPIED: what is in source, not source itself */
	struct str path;
	struct str source;	  /* link's target; path in a context, stage or image */
	const struct event *from; /* PUT from a stage: its log */
	const struct base_image *from_base;
	const struct build_context *context; /* PUT from the context: source is in it */
	bool is_from_stage;
	struct id uid, gid; /* of what is (or may be) made; UNSET: stays */
	struct id parent_uid, parent_gid; /* of folders that are made above it */
	struct str mode;		  /* as chmod reads it; empty: by the umask */
	uint32_t mode_open; /* MADE: bits of which it is not known what they are */
	uint32_t umask;
	struct str by;	  /* "RUN mkdir", "WORKDIR": who did it */
	struct str why;	  /* CLOUD, BLUR: a clause */
	struct span span; /* the command or instruction */
};

/* older with one more event on top; one with happens NO adds nothing. */
const struct event *owners_add(
	struct arena *a, const struct event *older, const struct event *event);

/*
 * newest without what happened below path since oldest: there a mount lay over the image,
 * as long as a RUN ran. What was copied out of it is unseen.
 */
const struct event *owners_unmount(struct arena *a, const struct event *newest,
	const struct event *oldest, struct str path);

/* A path of which something is known before the first step. */
struct base_entry {
	struct str path;
	enum entry_kind kind;
	uint32_t uid, gid, mode, mode_known;
	struct str target; /* LINK */
	bool is_whole;	   /* FOLDER: it holds nothing that is not listed */
	bool is_below;	   /* not path itself: all below it that is not listed, where
				      it is there at all */
};

/* What is known of an image's files. */
struct ground {
	const struct base_entry *at;
	size_t n;
	struct str why; /* a clause: why a path that is not listed may be there */
};

/* From where one looks. */
struct view {
	struct arena *arena;
	struct world *world;	 /* for the build context; NULL: nobody looks */
	const struct event *log; /* NULL: nothing happened */
	const struct base_image *base;
	/* What is known of an image; is asked often for the same one. */
	struct ground (*ground)(void *data, const struct base_image *base);
	void *data;
	enum answer is_classic; /* the builder; MAYBE: not known */
	/* What was looked at before from here; NULL: nothing is remembered. */
	struct owners_cache *cache;
};

/* A memory for views of one log, base and builder; it forgets when one of them changes. */
struct owners_cache *owners_cache_new(struct arena *a);

/* What is known of one path. */
struct look {
	enum answer exists;
	enum entry_kind kind;
	struct id uid, gid;	   /* SET or UNKNOWN */
	uint32_t mode, mode_known; /* permission bits, and which of them are known */
	const struct acl *acl; /* of a path on the host; NULL: the mode says it all */
	struct str target;     /* LINK */
	struct str made_by, owner_by, mode_by; /* "RUN mkdir"; empty: the base image */
	struct span made_span, owner_span, mode_span;
	struct str why; /* a clause, where something is unknown */
	/* A user namespace may not know its owner: then even root has to be let in. */
	bool is_unmapped_perhaps;
};

/* What is known of a path as it stands; links on the way are not followed. */
struct look owners_look(const struct view *view, struct str path);

/*
 * path with the links on the way to it (and at its end) followed, as far as they are
 * known; empty when they go round.
 */
struct str owners_resolve(const struct view *view, struct str path);

/*
 * A mode as chmod(1) and install(1) take it ("0755", "u+rwX,go-w") applied to what is
 * known of an old one. umask counts where a clause names nobody. False, and everything
 * unknown, for what is no mode.
 */
bool mode_apply(struct str change, uint32_t umask, bool is_folder, uint32_t *mode,
	uint32_t *known);

#endif
