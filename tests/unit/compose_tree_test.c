/*
 * One compose file as a tree: aliases, merge keys, variables, places. The rows are those
 * of the grammar page of the research.
 */
#include "compose_bed.h"

static void a_file_becomes_a_tree(void **state)
{
	struct compose_bed *bed = bed_of("services:\n"
					 "  web:\n"
					 "    image: \"nginx\"\n"
					 "    ports: [80:80, \"22:22\"]\n"
					 "    environment: {A: 1, B: , C: \"\"}\n"
					 "    user: 999:999\n"
					 "volumes:\n"
					 "  data:\n");

	(void)state;
	assert_clean(bed);
	assert_tree(bed, "",
		"{services: {web: {image: nginx, ports: [80:80, 22:22], "
		"environment: {A: 1, B: ~, C: }, user: 999:999}}, "
		"volumes: {data: ~}}");
	assert_str(span_str(bed_at(bed, "services.web.image")->span), "nginx");
	assert_str(span_str(bed_at(bed, "services.web.ports.1")->span), "22:22");
	assert_str(
		span_str(compose_entry(bed_at(bed, "services"), STR("web"))->key_span),
		"web");
	assert_int_equal(bed_at(bed, "services.web.environment.B")->span.length, 0);
	assert_str(bed_at(bed, "services.web")->folder, ".");
	assert_int_equal(bed->tree.files.n, 1);
	bed_done(bed);
}

static void aliases_and_merge_keys_are_resolved(void **state)
{
	struct compose_bed *bed =
		bed_of("x-a: &a\n"
		       "  image: a\n"
		       "  user: root\n"
		       "x-b: &b {image: b, tty: true}\n"
		       "x-list: &list [\"8080:80\"]\n"
		       "services:\n"
		       "  one: {<<: *a, user: \"1000\", ports: *list}\n"
		       "  two:\n"
		       "    <<: [*a, *b]\n"
		       "    privileged: no\n"
		       "  three:\n"
		       "    <<: {image: c}\n"
		       "  four: &four\n"
		       "    image: d\n"
		       "    <<: *b\n"
		       "  five: *four\n");
	const struct compose_node *user = bed_at(bed, "services.one.user");

	(void)state;
	assert_clean(bed);
	assert_tree(bed, "services.one", "{image: a, user: 1000, ports: [8080:80]}");
	assert_tree(bed, "services.two",
		"{image: a, user: root, tty: true, privileged: no}");
	assert_tree(bed, "services.three", "{image: c}");
	assert_tree(bed, "services.four", "{image: d, tty: true}");
	assert_tree(bed, "services.five", "{image: d, tty: true}");
	assert_str(span_str(user->span), "1000");
	assert_str(span_str(user->hides->span), "root");
	assert_false(user->is_shared);
	assert_true(bed_at(bed, "services.one.image")->is_shared);
	assert_true(bed_at(bed, "services.one.ports.0")->is_shared);
	assert_true(bed_at(bed, "services.four.image")->is_shared);
	assert_false(bed_at(bed, "services.three.image")->is_shared);
	/* the first merged wins */
	assert_str(span_str(bed_at(bed, "services.two.image")->span), "a");
	assert_str(span_str(bed_at(bed, "services.two.image")->hides->span), "b");
	bed_done(bed);
}

static void a_merge_key_takes_mappings(void **state)
{
	struct compose_bed *bed = bed_of("services:\n  a:\n    <<: no\n    image: i\n");

	(void)state;
	assert_problem(bed, PROJECT_BAD_TYPE, "no");
	assert_tree(bed, "services.a", "{image: i}");
	bed_done(bed);
}

static void a_broken_alias_is_null(void **state)
{
	struct compose_bed *bed =
		bed_of("services:\n  a: {image: *no, user: \"1\"}\n  b: {image: i}\n");

	(void)state;
	assert_tree(bed, "services", "{a: {image: ~, user: 1}, b: {image: i}}");
	assert_int_equal(bed->diags.list.n, 1);
	assert_int_equal(bed->diags.list.at[0].id, DIAG_UNKNOWN_ALIAS);
	bed_done(bed);
}

static void a_duplicate_key_is_a_problem_with_both_lines(void **state)
{
	struct compose_bed *bed =
		bed_of("services:\n  a:\n    image: x\n    user: root\n    image: y\n");
	const struct project_problem *p;

	(void)state;
	assert_problem(bed, PROJECT_DUPLICATE_KEY, "image");
	p = bed_problem(bed, PROJECT_DUPLICATE_KEY, 0);
	assert_int_equal(span_start(p->span).line, 5);
	assert_int_equal(span_start(p->related).line, 3);
	assert_str(p->name, "image");
	assert_int_equal(bed->diags.list.n, 0);
	assert_tree(bed, "services.a", "{image: y, user: root}");
	assert_str(span_str(bed_at(bed, "services.a.image")->hides->span), "x");
	bed_done(bed);
}

static void documents_are_merged(void **state)
{
	struct compose_bed *bed = bed_of(
		"services:\n  a: {image: x, ports: [1:1]}\n---\n"
		"services:\n  a: {image: y, ports: [2:2]}\n  b: {image: z}\n---\n");

	(void)state;
	assert_clean(bed);
	assert_tree(
		bed, "services", "{a: {image: y, ports: [1:1, 2:2]}, b: {image: z}}");
	bed_done(bed);
}

static void what_is_no_mapping_is_refused_with_a_line(void **state)
{
	static const char *const rows[] = {"- a\n- b\n", "just words\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct compose_bed *bed = bed_of(rows[i]);
		const struct project_problem *p = bed_problem(bed, PROJECT_BAD_TYPE, 0);

		assert_non_null(p);
		assert_int_equal(span_start(p->span).line, 1);
		assert_tree(bed, "", "{}");
		bed_done(bed);
	}
}

static void the_first_layout_is_lifted_and_said_so(void **state)
{
	struct compose_bed *bed =
		bed_of("web:\n  build: .\n  links: [db]\ndb:\n  image: postgres\n");

	(void)state;
	assert_problem(bed, PROJECT_OLD_LAYOUT, "web");
	assert_tree(bed, "services",
		"{web: {build: ., links: [db]}, db: {image: postgres}}");
	bed_done(bed);
}

static void line_ends_tabs_and_words_are_as_compose_takes_them(void **state)
{
	struct compose_bed *bed =
		bed_of("version: 3\r\n"
		       "services:\r\n"
		       "  a:\r\n"
		       "    image: \"i\"\r\n"
		       "    ports: [\t\"1:1\",\t2:2 ]\r\n"
		       "    restart: no\r\n"
		       "    tty: on\r\n"
		       "    mem_limit: 1e9\r\n"
		       "    command: >\r\n      bash -c\r\n      \"x\"\r\n"
		       "    entrypoint: |-\r\n      one\r\n      two\r\n");

	(void)state;
	assert_clean(bed);
	assert_tree(bed, "version", "3");
	assert_tree(bed, "services.a",
		"{image: i, ports: [1:1, 2:2], restart: no, tty: on, mem_limit: 1e9, "
		"command: bash -c \"x\"\n, entrypoint: one\ntwo}");
	bed_done(bed);
}

static void other_tags_are_left_alone(void **state)
{
	struct compose_bed *bed = bed_of(
		"services:\n  a:\n    image: !custom i\n    ports: !mine [1:1]\n");

	(void)state;
	assert_clean(bed);
	assert_tree(bed, "services.a", "{image: i, ports: [1:1]}");
	bed_done(bed);
}

/* The segments of a value: 'literal', <name=text>, <name?why>. */
static struct str segments(struct compose_bed *bed, const char *path)
{
	const struct compose_node *node = bed_at(bed, path);
	struct buf out = {.arena = &bed->arena};

	assert_non_null(node);
	for (size_t i = 0; i < node->value.n; i++) {
		const struct segment *s = &node->value.at[i];

		if (s->kind == SEGMENT_LITERAL)
			buf_printf(&out, "'%.*s'", STR_ARG(s->text));
		else if (s->kind == SEGMENT_EXPANSION)
			buf_printf(&out, "<%.*s=%.*s>", STR_ARG(s->name),
				STR_ARG(s->text));
		else
			buf_printf(&out, "<%.*s?>", STR_ARG(s->name));
	}
	return buf_str(&out);
}

static void variables_are_put_in_as_segments(void **state)
{
	static const struct {
		const char *text, *segments;
	} rows[] = {
		{"plain", "'plain'"},
		{"$$HOME", "'$HOME'"},
		{"a-$SET", "'a-'<SET=s>"},
		{"${SET}b", "<SET=s>'b'"},
		{"${SET:-d}", "<SET=s>"},
		{"${EMPTY}", "<EMPTY=>"},
		{"${EMPTY-d}", "<EMPTY=>"},
		{"${EMPTY:-d}", "<EMPTY=d>"},
		{"${SET:?m}", "<SET=s>"},
		{"${EMPTY?m}", "<EMPTY=>"},
		{"${SET:+y}", "<SET=y>"},
		{"${SET+y$SET}", "<SET=y><SET=s>"},
		{"${EMPTY+y}", "<EMPTY=y>"},
		{"${EMPTY:+y}", "<EMPTY=>"},
		{"${OF}", "<OF=s/s>"},
		/* what nobody sets is unknown; a default is what runs */
		{"${NO}", "<NO?>"},
		{"a$NO", "'a'<NO?>"},
		{"${NO:-d}", "<NO=d>"},
		{"${NO-d}", "<NO=d>"},
		{"${NO:-}", "<NO=>"},
		{"${NO:+y}", "<NO=>"},
		{"${NO:-${NO2:-~/x}}", "<NO2=~/x>"},
		{"${NO:-${HOME}/.cache}:/root", "<HOME?><NO=/.cache>':/root'"},
		{"${NO:-a${SET}c}", "<NO=a><SET=s><NO=c>"},
		/* what depends on what nobody sets is unknown too */
		{"${VIA}", "<VIA?>"},
		{"${VIA:-d}", "<VIA?>"},
		{"${VIA+y}", "<VIA=y>"},
		{"${VIA:+y}", "<VIA?>"},
		{"${LITERAL}", "<LITERAL=$SET>"},
		{"${LATER}", "<LATER=2>"},
		{"${COMPOSE_PROJECT_NAME}", "<COMPOSE_PROJECT_NAME=proj>"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct compose_bed *bed = bed_new();
		struct buf text = {.arena = &bed->arena};

		buf_printf(&text, "services:\n  a:\n    image: \"%s\"%c", rows[i].text,
			'\0');
		bed_put(bed, "Proj/.env",
			"SET=s\nEMPTY=\nOF=$SET/${SET}\nVIA=$SHELL_SETS_IT\n"
			"LITERAL='$SET'\nLATER=1\nLATER=2\nINHERITED\n");
		bed_put(bed, "Proj/compose.yaml", text.p);
		bed_read(bed, "Proj/compose.yaml");
		assert_clean(bed);
		assert_str(segments(bed, "services.a.image"), rows[i].segments);
		bed_done(bed);
	}
}

static void segments_know_their_places(void **state)
{
	struct compose_bed *bed = bed_new();
	const struct segment *at;

	(void)state;
	bed_put(bed, ".env", "# x\nIP=0.0.0.0\n");
	bed_put(bed, "compose.yaml",
		"services:\n  a:\n    ports: [\"${IP}:${PORT:-80}:80\", \"$NO\"]\n");
	bed_read(bed, "compose.yaml");
	at = bed_at(bed, "services.a.ports.0")->value.at;
	assert_str(span_str(at[0].span), "${IP}");
	assert_str(span_str(at[0].definition), "IP=0.0.0.0");
	assert_str(at[0].definition.file->path, ".env");
	assert_int_equal(span_start(at[0].definition).line, 2);
	assert_str(span_str(at[2].span), "80");
	assert_int_equal(span_start(at[2].span).column, 28);
	assert_str(span_str(bed_at(bed, "services.a.ports.0")->span),
		"${IP}:${PORT:-80}:80");
	at = bed_at(bed, "services.a.ports.1")->value.at;
	assert_int_equal(at[0].kind, SEGMENT_UNKNOWN);
	assert_true(at[0].why.n > 10);
	bed_done(bed);
}

static void a_required_variable_is_unknown_and_a_problem(void **state)
{
	struct compose_bed *bed =
		bed_of("x-a: &a {image: \"${X:?set it}\"}\n"
		       "services:\n  a: *a\n  b: *a\n  c: {image: \"${Y?}\"}\n");

	(void)state;
	assert_problem(bed, PROJECT_REQUIRED_VARIABLE, "${X:?set it}");
	assert_str(bed_problem(bed, PROJECT_REQUIRED_VARIABLE, 0)->detail,
		"X must be set: set it");
	assert_str(bed_problem(bed, PROJECT_REQUIRED_VARIABLE, 1)->name, "Y");
	assert_null(bed_problem(bed, PROJECT_REQUIRED_VARIABLE, 2));
	assert_str(segments(bed, "services.b.image"), "<X?>");
	bed_done(bed);
}

static void keys_are_not_interpolated(void **state)
{
	struct compose_bed *bed = bed_of("services:\n  \"${X:-a}\": {image: i}\n");

	(void)state;
	assert_clean(bed);
	assert_tree(bed, "services", "{${X:-a}: {image: i}}");
	bed_done(bed);
}

/* But for the folder that we are in, which a project at "." is called by. */
static void the_environment_of_the_process_is_not_looked_at(void **state)
{
	struct compose_bed *bed = bed_new();
	const struct world_record *log;
	size_t asked;

	(void)state;
	world_put_env(bed->world, STR("HOME"), STR("/home/me"));
	bed_put(bed, "compose.yaml", "services:\n  a: {image: \"$HOME\"}\n");
	bed_read(bed, "compose.yaml");
	assert_str(segments(bed, "services.a.image"), "<HOME?>");
	log = world_log(bed->world, &asked);
	for (size_t i = 0; i < asked; i++)
		assert_true(log[i].question != WORLD_ENV ||
			str_eq(log[i].name, STR("PWD")));
	bed_done(bed);
}

static void a_project_is_called_as_its_folder(void **state)
{
	struct compose_bed *bed = bed_new();

	(void)state;
	world_put_env(bed->world, STR("PWD"), STR("/home/me/My.Shop"));
	bed_put(bed, "compose.yaml", "services:\n  a: {image: x}\n");
	bed_read(bed, "compose.yaml");
	assert_str(bed->tree.name, "myshop");
	bed_done(bed);
}

static void facts_have_the_chain_of_what_is_hidden(void **state)
{
	struct compose_bed *bed = bed_of(
		"x-a: &a {user: root}\nservices:\n  a:\n    <<: *a\n    user: app\n"
		"    group_add: [x]\n    domainname: $D\n");
	const struct fact *image = fact_set(&bed->arena, LAYER_BUILD,
		value_literal(&bed->arena, STR("me"), SPAN_NONE), SPAN_NONE, NULL);
	const struct fact *f;

	(void)state;
	f = compose_fact(&bed->arena, bed_at(bed, "services.a.user"), image);
	assert_int_equal(f->know, FACT_SET);
	assert_int_equal(f->layer, LAYER_RUN);
	assert_str(span_str(f->span), "app");
	assert_str(span_str(f->hides->span), "root");
	assert_ptr_equal(f->hides->hides, image);
	f = compose_fact(&bed->arena, bed_at(bed, "services.a.domainname"), NULL);
	assert_int_equal(f->know, FACT_UNKNOWN);
	assert_true(f->why.n > 10);
	f = compose_fact(&bed->arena, bed_at(bed, "services.a.group_add"), NULL);
	assert_int_equal(f->know, FACT_UNKNOWN);
	assert_ptr_equal(compose_fact(&bed->arena, NULL, image), image);
	bed_done(bed);
}

static void a_file_that_was_named_must_be_there(void **state)
{
	struct compose_bed *bed = bed_new();
	struct strs files = {0};
	struct err e;

	(void)state;
	*vec_push(&bed->arena, &files) = STR("no.yaml");
	assert_int_equal(compose_tree_read(&bed->arena, bed->world, &files,
				 &bed->options, &bed->tree, &bed->diags, &e),
		-1);
	assert_non_null(strstr(e.text, "no.yaml"));
	bed_done(bed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_becomes_a_tree),
		cmocka_unit_test(aliases_and_merge_keys_are_resolved),
		cmocka_unit_test(a_merge_key_takes_mappings),
		cmocka_unit_test(a_broken_alias_is_null),
		cmocka_unit_test(a_duplicate_key_is_a_problem_with_both_lines),
		cmocka_unit_test(documents_are_merged),
		cmocka_unit_test(what_is_no_mapping_is_refused_with_a_line),
		cmocka_unit_test(the_first_layout_is_lifted_and_said_so),
		cmocka_unit_test(line_ends_tabs_and_words_are_as_compose_takes_them),
		cmocka_unit_test(other_tags_are_left_alone),
		cmocka_unit_test(variables_are_put_in_as_segments),
		cmocka_unit_test(segments_know_their_places),
		cmocka_unit_test(a_required_variable_is_unknown_and_a_problem),
		cmocka_unit_test(keys_are_not_interpolated),
		cmocka_unit_test(the_environment_of_the_process_is_not_looked_at),
		cmocka_unit_test(a_project_is_called_as_its_folder),
		cmocka_unit_test(facts_have_the_chain_of_what_is_hidden),
		cmocka_unit_test(a_file_that_was_named_must_be_there),
	};

	return cmocka_run_group_tests_name("compose_tree", tests, NULL, NULL);
}
