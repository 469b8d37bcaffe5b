/*
 * shell_reader: what the files of the shell reader share; nobody else includes it.
 *
 * Depends on shell.h. One reader walks one text from left to right with one token of
 * look-ahead. Words are read on demand, since what ends a word depends on where it
 * stands. Children are pushed on a stack of their kind and moved into the arena, as
 * an array of the right size, when their parent is complete:
 *
 *	size_t base = r->words.n;
 *	while (more) {
 *		struct shell_word word = shell_read_word(r);
 *
 *		SHELL_PUSH(r, words, word);
 *	}
 *	SHELL_MOVE(r, words, base, &command->words);
 */
#ifndef OAKUM_SYNTAX_SHELL_READER_H
#define OAKUM_SYNTAX_SHELL_READER_H

#include "syntax/shell.h"

enum shell_token_kind {
	TOKEN_END,
	TOKEN_NEWLINE,
	TOKEN_WORD, /* to is not known; keyword says whether it may be reserved */
	TOKEN_FD,   /* the 2 of 2>, the {name} of {name}> */
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_SEMICOLON,
	TOKEN_BACKGROUND,
	TOKEN_AND,
	TOKEN_OR,
	TOKEN_PIPE,
	TOKEN_PIPE_BOTH,
	TOKEN_CLAUSE,	      /* ;; */
	TOKEN_CLAUSE_BODY,    /* ;& */
	TOKEN_CLAUSE_PATTERN, /* ;;& */
	TOKEN_REDIRECT,	      /* and on: TOKEN_REDIRECT + enum shell_redirect_kind */
};

enum shell_keyword {
	KEYWORD_NONE,
	KEYWORD_IF,
	KEYWORD_THEN,
	KEYWORD_ELIF,
	KEYWORD_ELSE,
	KEYWORD_FI,
	KEYWORD_DO,
	KEYWORD_DONE,
	KEYWORD_CASE,
	KEYWORD_ESAC,
	KEYWORD_WHILE,
	KEYWORD_UNTIL,
	KEYWORD_FOR,
	KEYWORD_SELECT,
	KEYWORD_IN,
	KEYWORD_FUNCTION,
	KEYWORD_TIME,
	KEYWORD_TIME_POSIX, /* -p, behind time */
	KEYWORD_NOT,	    /* ! */
	KEYWORD_OPEN,	    /* { */
	KEYWORD_CLOSE,	    /* } */
	KEYWORD_TEST,	    /* [[ */
	KEYWORD_TEST_CLOSE, /* ]] */
};

struct shell_token {
	int kind; /* enum shell_token_kind, or above TOKEN_REDIRECT */
	enum shell_keyword keyword;
	uint32_t from, to; /* offsets in the source */
};

/* What ends a construct; a set of them says what the enclosing ones wait for. */
enum shell_closer {
	CLOSER_NONE = 0,
	CLOSER_PAREN = 1 << 0,
	CLOSER_BRACE = 1 << 1,
	CLOSER_THEN = 1 << 2,
	CLOSER_ELSE = 1 << 3, /* else and elif */
	CLOSER_FI = 1 << 4,
	CLOSER_DO = 1 << 5,
	CLOSER_DONE = 1 << 6,
	CLOSER_ESAC = 1 << 7,
	CLOSER_CLAUSE = 1 << 8, /* ;; ;& ;;& */
};

/* The text being read: backquotes and heredoc bodies are texts of their own. */
struct shell_source {
	struct text text;
	uint32_t at, end;  /* the next byte, and behind the last one */
	uint32_t last_end; /* behind the last token that was taken */
	bool peeked;
	struct shell_token token;
};

VEC_TYPE(struct shell_heredoc *, shell_heredocs);

struct shell_reader {
	struct arena *arena;
	struct diags *diags;
	struct shell_source src;
	unsigned depth, closers, nodes;
	size_t look_ahead; /* bytes that may still be read twice; keeps time linear */
	bool stopped;	   /* a limit was reached: the source seems to end */
	const char *complained; /* the byte of the last complaint: one is enough */
	struct text unread;
	struct shell_heredocs heredocs; /* that begin on this line */

	struct shell_comments comments;
	struct shell_segments segments;
	struct shell_words words;
	struct shell_assigns assigns;
	struct shell_redirects redirects;
	struct shell_branches branches;
	struct shell_commands commands;
	struct shell_pipelines pipelines;
	struct shell_and_ors items;
};

/* Read the child first: reading it may push on, and so move, the same stack. */
#define SHELL_PUSH(r, stack, item)                                                     \
	do {                                                                           \
		shell_count(r);                                                        \
		*vec_push((r)->arena, &(r)->stack) = (item);                           \
	} while (0)

#define SHELL_MOVE(r, stack, base, out)                                                \
	do {                                                                           \
		size_t count_ = (r)->stack.n - (base);                                 \
                                                                                       \
		(out)->n = (out)->cap = count_;                                        \
		(out)->at = count_                                                     \
			? shell_copy_array((r)->arena, (r)->stack.at + (base),         \
				  count_ * sizeof(*(out)->at))                         \
			: NULL;                                                        \
		(r)->stack.n = (base);                                                 \
	} while (0)

/* ---- shell_lex.c ---- */

/* Bytes that end a plain word: blanks, newline, | & ; < > ( ) and the end. */
bool shell_ends_word(char c);
bool shell_is_name_start(char c);
bool shell_is_name(char c);

/* Goes to the next token, over blanks, comments and joined lines. */
void shell_scan(struct shell_reader *r);

/* The next token. */
static inline const struct shell_token *shell_peek(struct shell_reader *r)
{
	if (!r->src.peeked)
		shell_scan(r);
	return &r->src.token;
}

/* Goes behind the token at hand, which is no word; a newline reads the heredocs. */
void shell_take(struct shell_reader *r);

/* Goes behind the reserved word at hand. */
void shell_take_keyword(struct shell_reader *r);

/* The byte n behind the next one, or NUL behind the end. */
static inline char shell_byte(const struct shell_source *s, uint32_t n)
{
	return n < s->end - s->at ? s->text.s.p[s->at + n] : '\0';
}

/* The bytes between two offsets of the source, which must lie inside it. */
static inline struct text shell_cut(
	const struct shell_reader *r, uint32_t from, uint32_t to)
{
	struct text cut = r->src.text;

	/* text_sub without its look at the bounds: this runs for every node. */
	cut.s.p += from;
	cut.s.n = to > from ? to - from : 0;
	cut.base += from;
	return cut;
}

static inline bool shell_at_keyword(struct shell_reader *r, enum shell_keyword keyword)
{
	return shell_peek(r)->keyword == keyword;
}

/* Which closer the token at hand is where a command could begin. */
enum shell_closer shell_token_closer(const struct shell_token *t);

/* "'fi'", "the end", "a new line": for diags. */
struct str shell_describe(struct shell_reader *r);

/* ---- shell.c ---- */

/* A reader at the start of a text. */
struct shell_reader shell_reader_for(
	struct arena *a, const struct text *text, struct diags *diags);

/* Adds SHELL_SYNTAX about bytes of the source; silent when a limit was reached. */
struct diag *shell_complain(struct shell_reader *r, uint32_t from, uint32_t to,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* The same about the token at hand: "X where EXPECTED was expected". */
struct diag *shell_complain_here(struct shell_reader *r, const char *expected);

/* A limit was reached: says so, and makes the source end here. */
void shell_stop(struct shell_reader *r, const char *limit);

/*
 * Nodes are counted as they are pushed; the limit is looked at where a token or a part
 * of a word begins, since only there may the source end.
 */
static inline void shell_count(struct shell_reader *r)
{
	r->nodes++;
}

static inline void shell_check(struct shell_reader *r)
{
	if (r->nodes >= SHELL_NODES_MAX)
		shell_stop(r, "100,000 words and commands");
}

void *shell_copy_array(struct arena *a, const void *from, size_t size);

/* One level deeper; false (and the source ends) when that is too deep. */
bool shell_enter(struct shell_reader *r);
void shell_leave(struct shell_reader *r);

/* Reads another text for a while: start gives the source to hand back to finish. */
struct shell_source shell_source_start(struct shell_reader *r, const struct text *text);
void shell_source_finish(struct shell_reader *r, struct shell_source outer);

/* One command, wrapped in lists, for the body of a function. */
const struct shell_list *shell_read_single_command(struct shell_reader *r);

/*
 * Commands up to something that the enclosing construct waits for, given by closers
 * beside those of the constructs around it.
 */
const struct shell_list *shell_read_list(struct shell_reader *r, unsigned closers);

/* The same where at least one command must stand. */
const struct shell_list *shell_read_body(struct shell_reader *r, unsigned closers);

/* ---- shell_command.c, shell_compound.c ---- */

struct shell_command shell_read_command(struct shell_reader *r);

/* A compound command's function by its first token; false when it begins none. */
bool shell_read_compound(struct shell_reader *r, struct shell_command *c);

/* name ( ) was read but for the parentheses: these and the body. */
void shell_read_function(
	struct shell_reader *r, struct shell_command *c, struct text name);

/* ---- shell_word.c ---- */

/* Where a word stands decides what ends it and what means something in it. */
enum shell_context {
	CONTEXT_WORD,	    /* ends at blanks and operators */
	CONTEXT_ASSIGN,	    /* the same without globs; tildes after : too */
	CONTEXT_REGEX,	    /* behind =~: parentheses and | belong to it */
	CONTEXT_OPERAND,    /* of ${}: ends at } */
	CONTEXT_PATTERN,    /* of ${x/}: ends at / too */
	CONTEXT_OFFSET,	    /* of ${x:}: ends at : too */
	CONTEXT_SUBSCRIPT,  /* ends at ] */
	CONTEXT_ARITHMETIC, /* ends at the ) that closes */
	CONTEXT_HEREDOC,    /* ends with the source */
};

/* The word at hand. */
struct shell_word shell_read_word(struct shell_reader *r);

/* Bytes from where the source stands, up to what ends the context. */
struct shell_word shell_read_word_in(
	struct shell_reader *r, enum shell_context context, bool quoted);

/* Appends n bytes from offset as a literal, to the one before where they touch. */
void shell_add_literal(
	struct shell_reader *r, size_t base, uint32_t from, uint32_t n, bool quoted);

/* An operator as a word of [[ ]]. */
struct shell_word shell_word_of_token(struct shell_reader *r);

/* ---- shell_expand.c ---- */

/* At $ or `: one segment (or a literal $); base is where the word's segments begin. */
void shell_read_dollar(struct shell_reader *r, size_t base, bool quoted);
void shell_read_backquotes(struct shell_reader *r, bool quoted);

/* At <( or >(. */
void shell_read_process(struct shell_reader *r);

/* At "((", behind any $: true when the parentheses close as "))". */
bool shell_is_arithmetic(struct shell_reader *r);

/* At "((": reads through "))" and gives what stands between. */
struct shell_word shell_read_arithmetic(struct shell_reader *r, bool quoted);

/* ---- shell_quote.c ---- */

/* At ', ", $' : the quoted bytes as segments. */
void shell_read_single(struct shell_reader *r, size_t base);
void shell_read_double(struct shell_reader *r, size_t base);
void shell_read_ansi(struct shell_reader *r);

/* At a backslash outside quotes, and inside double quotes, heredocs, arithmetic. */
void shell_read_escape(struct shell_reader *r, size_t base);
void shell_read_double_escape(
	struct shell_reader *r, size_t base, const char *escapable);

/* ---- shell_heredoc.c ---- */

/* A delimiter was read: the body is due behind the next newline. */
const struct shell_heredoc *shell_heredoc_expect(
	struct shell_reader *r, const struct shell_redirect *redirect);

/* At the start of a line: the bodies that are due. */
void shell_read_heredocs(struct shell_reader *r);

#endif
