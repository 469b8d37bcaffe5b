/*
 * shell: the text of a RUN, a CMD or a script as a tree of commands.
 *
 * Depends on base alone. Reads POSIX shell (IEEE 1003.1-2017, XCU chapter 2) and the
 * bash forms that Dockerfiles use: [[ ]], (( )), function, arrays, <<<, &>, |&, $'...',
 * <( ), ;& and {fd}>. Where both would read the same bytes in different ways (`&>`),
 * bash wins. Nothing is expanded: an expansion stays a segment of its word.
 *
 * Every node keeps, as `raw`, the bytes it was read from, cut from the text that was
 * handed in; text_span_all(&node->raw) is its place in the user's file, however many
 * continuations, JSON escapes or backquotes lie between. Trees are immutable, live in
 * the arena, and share the bytes of the text, which must live as long.
 *
 * Bad syntax adds a diag and reading goes on behind it: every word that stands in the
 * text is in the tree. A limit (below) ends the reading: list->unread says where.
 * Time is linear in the text for any input; recursion stays below SHELL_DEPTH_MAX.
 *
 *	const struct shell_list *list = shell_parse(arena, &text, diags);
 *	vec_each(struct shell_and_or, item, &list->items)
 *		vec_each(struct shell_pipeline, pipeline, &item->pipelines)
 *			vec_each(struct shell_command, command, &pipeline->commands)
 *				use(command);
 */
#ifndef OAKUM_SYNTAX_SHELL_H
#define OAKUM_SYNTAX_SHELL_H

#include "base/diag.h"
#include "base/text.h"

enum {
	SHELL_DEPTH_MAX = 64,	  /* compounds and substitutions inside each other */
	SHELL_NODES_MAX = 100000, /* commands, words, segments ... in one text */
	SHELL_WORDS_MAX = 20000,  /* in one command, one array, one for */
	SHELL_HEREDOCS_MAX = 100, /* that begin on one line */
	SHELL_BRACES_MAX = 1024,  /* words that one word's braces may become */
};

struct shell_list;
struct shell_word;

VEC_TYPE(struct shell_word, shell_words);

/* ---- words ---- */

enum shell_segment_kind {
	SHELL_LITERAL,	  /* bytes as they will be, quotes and escapes taken off */
	SHELL_GLOB,	  /* *, ?, or the [ and ] of a bracket expression, unquoted */
	SHELL_TILDE,	  /* ~ or ~name where it means a home */
	SHELL_PARAMETER,  /* $x ${x...} */
	SHELL_COMMAND,	  /* $(...) or `...` */
	SHELL_PROCESS,	  /* <(...) or >(...) */
	SHELL_ARITHMETIC, /* $((...)) */
	SHELL_ARRAY,	  /* the (...) of name=(...) */
};

struct shell_segment {
	enum shell_segment_kind kind;
	bool quoted;	  /* inside quotes or escaped: neither split nor matched */
	struct text text; /* LITERAL: what it means; else the bytes as written */
	union {
		const struct shell_parameter *parameter; /* PARAMETER */
		const struct shell_list *list;		 /* COMMAND, PROCESS */
		const struct shell_word *expression;	 /* ARITHMETIC */
		const struct shell_words *elements;	 /* ARRAY */
	};
};

VEC_TYPE(struct shell_segment, shell_segments);

struct shell_word {
	struct text raw; /* quotes included */
	struct shell_segments segments;
	bool quoted; /* some part of it was quoted: '' is a word of no segment */
	bool braces; /* bash would expand {a,b} or {1..3} in it; see shell_word_braces */
};

/* The operator of ${name OP operand}. */
enum shell_operator {
	SHELL_VALUE,	 /* $x ${x} */
	SHELL_LENGTH,	 /* ${#x} */
	SHELL_INDIRECT,	 /* ${!x}, ${!x*}, ${!x[@]} */
	SHELL_DEFAULT,	 /* ${x:-w} ${x-w} */
	SHELL_ASSIGN,	 /* ${x:=w} ${x=w} */
	SHELL_ERROR,	 /* ${x:?w} ${x?w} */
	SHELL_ALTERNATE, /* ${x:+w} ${x+w} */
	SHELL_PREFIX,	 /* ${x#w} ${x##w}: cut from the start */
	SHELL_SUFFIX,	 /* ${x%w} ${x%%w}: cut from the end */
	SHELL_REPLACE,	 /* ${x/w/second} ${x//w/second} ${x/#w/second} ${x/%w/...} */
	SHELL_SUBSTRING, /* ${x:w:second} */
	SHELL_CASE,	 /* ${x^w} ${x^^w} ${x,w} ${x,,w} */
	SHELL_TRANSFORM, /* ${x@w} */
};

struct shell_parameter {
	struct text name;      /* x, 1, @, ?, ... never empty unless a diag says why */
	struct text subscript; /* between [ and ], empty when there is none */
	enum shell_operator op;
	struct text sign; /* the operator as written: ":-", "##"; or empty */
	const struct shell_word *operand; /* NULL when there is none */
	const struct shell_word *second;  /* REPLACE, SUBSTRING; or NULL */
};

/* ---- redirections and assignments ---- */

enum shell_redirect_kind {
	SHELL_READ,		/* < */
	SHELL_WRITE,		/* > */
	SHELL_CLOBBER,		/* >| */
	SHELL_APPEND,		/* >> */
	SHELL_READ_WRITE,	/* <> */
	SHELL_READ_FD,		/* <& */
	SHELL_WRITE_FD,		/* >& */
	SHELL_WRITE_BOTH,	/* &> */
	SHELL_APPEND_BOTH,	/* &>> */
	SHELL_HEREDOC,		/* << */
	SHELL_HEREDOC_STRIPPED, /* <<- : leading tabs are taken off */
	SHELL_HERE_STRING,	/* <<< */
};

struct shell_heredoc {
	bool literal;		/* the delimiter was quoted: the body is not expanded */
	bool stripped;		/* <<-: leading tabs are no part of the body */
	struct text delimiter;	/* quotes removed */
	struct text raw;	/* the lines before the delimiter, as written */
	struct shell_word body; /* the same without stripped tabs, as one quoted word */
};

struct shell_redirect {
	enum shell_redirect_kind kind;
	struct text raw; /* "2>&1"; a heredoc's body is not part of it */
	struct text fd;	 /* "2" or "{name}" as written, empty when none stands */
	struct shell_word target;	     /* for a heredoc the delimiter */
	const struct shell_heredoc *heredoc; /* NULL for every other kind */
};

VEC_TYPE(struct shell_redirect, shell_redirects);

struct shell_assign {
	struct text raw;
	struct text name;
	struct text subscript;	 /* of name[subscript]=, empty when there is none */
	bool append;		 /* += */
	struct shell_word value; /* no segments when nothing stands behind = */
};

VEC_TYPE(struct shell_assign, shell_assigns);

/* ---- commands ---- */

enum shell_command_kind {
	SHELL_SIMPLE,	/* assigns, words and redirects; any of them may be empty */
	SHELL_SUBSHELL, /* ( branch ) */
	SHELL_GROUP,	/* { branch } */
	SHELL_IF,	/* a branch for if and each elif; else has no condition */
	SHELL_FOR,	/* name, words, one branch */
	SHELL_SELECT,	/* the same */
	SHELL_FOR_LOOP, /* for ((a; b; c)): words hold "a; b; c" as one word, one branch */
	SHELL_WHILE,	/* one branch with condition */
	SHELL_UNTIL,	/* one branch with condition */
	SHELL_CASE_OF,	  /* words[0] is matched; a branch with patterns a clause */
	SHELL_FUNCTION,	  /* name; its branch's body holds the one compound command */
	SHELL_TEST,	  /* [[ words ]]; operators are words too */
	SHELL_EXPRESSION, /* (( expression )): one word */
};

enum shell_next { SHELL_NEXT_NONE, SHELL_NEXT_BODY, SHELL_NEXT_PATTERN };

/* One way through a compound command. */
struct shell_branch {
	struct text raw;
	const struct shell_list *condition; /* IF, WHILE, UNTIL; NULL: always */
	struct shell_words patterns;	    /* CASE_OF */
	const struct shell_list *body;	    /* never NULL */
	enum shell_next next;		    /* CASE_OF: ended by ;;, ;& or ;;& */
};

VEC_TYPE(struct shell_branch, shell_branches);

struct shell_command {
	enum shell_command_kind kind;
	bool pipes_stderr; /* |& stands behind it */
	bool in_given;	   /* FOR, SELECT: "in" stands there; else it runs over "$@" */
	struct text raw;
	struct text name;
	struct shell_assigns assigns;
	struct shell_words words;
	struct shell_redirects redirects; /* in the order they stand */
	struct shell_branches branches;
};

VEC_TYPE(struct shell_command, shell_commands);

enum shell_join {
	SHELL_FIRST, /* the first of its and-or list */
	SHELL_AND,   /* && stands before it */
	SHELL_OR,    /* || stands before it */
};

struct shell_pipeline {
	struct text raw;
	enum shell_join join;
	bool negated; /* ! */
	bool timed;   /* time */
	struct shell_commands commands;
};

VEC_TYPE(struct shell_pipeline, shell_pipelines);

enum shell_end {
	SHELL_END_NONE, /* the text, or what encloses it, ends here */
	SHELL_END_NEWLINE,
	SHELL_END_SEMICOLON,
	SHELL_END_BACKGROUND, /* & */
};

struct shell_and_or {
	struct text raw;
	enum shell_end end;
	struct shell_pipelines pipelines;
};

VEC_TYPE(struct shell_and_or, shell_and_ors);
VEC_TYPE(struct text, shell_comments);

struct shell_list {
	struct text raw;
	struct shell_and_ors items;
	struct shell_comments
		comments;   /* of the whole text, in the outermost list only */
	struct text unread; /* behind a limit, in the outermost list; or empty */
};

/*
 * Reads a whole text; never NULL. Diags: SHELL_SYNTAX, UNTERMINATED_HEREDOC and
 * LIMIT_REACHED.
 */
const struct shell_list *shell_parse(
	struct arena *a, const struct text *text, struct diags *diags);

/*
 * Splits a text at blanks as the shell's quoting rules say, where no shell will read
 * it (a compose `command:` string): operators, $, *, ~ and # are plain bytes.
 */
void shell_parse_words(struct arena *a, const struct text *text, struct diags *diags,
	struct shell_words *out);

/* ---- questions to a word ---- */

/*
 * True when it is literal throughout: no expansion, glob or tilde. Then out is its
 * text with the quotes removed, each byte mapped to its source. Braces are plain
 * bytes here, as they are in POSIX.
 */
bool shell_word_literal(
	const struct shell_word *word, struct arena *a, struct text *out);

/*
 * The same, but globs and tildes pass as the bytes they are: what a command is given
 * where nothing matches ("uvicorn[standard]"). False with any other expansion.
 */
bool shell_word_pattern(
	const struct shell_word *word, struct arena *a, struct text *out);

/* True when the word is literal and equal to s; allocates nothing. */
bool shell_word_is(const struct shell_word *word, struct str s);

/*
 * The words that bash makes of it: {a,b} and {1..3} expanded, in order, appended to
 * out; the word itself when it has no braces or they give more than
 * SHELL_BRACES_MAX words.
 */
void shell_word_braces(
	const struct shell_word *word, struct arena *a, struct shell_words *out);

#endif
