/* What of a diff is hidden: secrets, but not what only bears the same name. */
#include "unit.h"

#include "report/fix_mask.h"

/* With the secrets "mlflow", a word, and "s3cr3t", none. */
static const struct row {
	const char *text, *shown;
} rows[] = {
	{" services:\n   mlflow:\n", " services:\n   mlflow:\n"},
	{"+    build: ./mlflow\n", "+    build: ./mlflow\n"},
	{"--- a/mlflow/Dockerfile\n", "--- a/mlflow/Dockerfile\n"},
	{" RUN pip install mlflow\n", " RUN pip install mlflow\n"},
	{" CMD [\"mlflow\", \"server\"]\n", " CMD [\"mlflow\", \"server\"]\n"},
	{"     image: mlflow\n", "     image: mlflow\n"},
	{"     depends_on: [db, mlflow]\n", "     depends_on: [db, mlflow]\n"},
	{"+      - mlflow-data:/data\n", "+      - mlflow-data:/data\n"},
	{"-      PASSWORD: mlflow\n", "-      PASSWORD: ***\n"},
	{"-      PASSWORD: \"mlflow\"\n", "-      PASSWORD: \"***\"\n"},
	{"-      - PASSWORD=mlflow\n", "-      - PASSWORD=***\n"},
	{" ENV PASSWORD mlflow\n", " ENV PASSWORD ***\n"},
	{" ENV A=mlflow B='mlflow'\n", " ENV A=*** B='***'\n"},
	{"+mlflow\n", "+***\n"},
	{"+mlflow", "+***"},
	{" RUN mysql -pmlflow db\n", " RUN mysql -p*** db\n"},
	{" RUN mysql --password mlflow\n", " RUN mysql --password ***\n"},
	{" RUN curl -u me:mlflow http://x\n", " RUN curl -u me:*** http://x\n"},
	{"     command: redis-server --requirepass mlflow\n",
		"     command: redis-server --requirepass ***\n"},
	{" CMD [\"redis-server\", \"--requirepass\", \"mlflow\"]\n",
		" CMD [\"redis-server\", \"--requirepass\", \"***\"]\n"},
	{" CMD serve --db pg://mlflow:mlflow@db/mlflow\n",
		" CMD serve --db pg://mlflow:***@db/mlflow\n"},
	{" RUN git clone https://mlflow@host/x\n",
		" RUN git clone https://***@host/x\n"},
	{" RUN echo xs3cr3ty /s3cr3t/\n", " RUN echo x***y /***/\n"},
	{"mlflow", "***"},
	{"", ""},
};

static void test_rows(void **state)
{
	struct str words[] = {STR("mlflow"), STR("s3cr3t"), STR("s3")};
	struct strs secrets = {.at = words, .n = 3, .cap = 3};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct str shown = fix_mask(&a, str_c(rows[i].text), &secrets);

		if (!str_eq(shown, str_c(rows[i].shown)))
			print_error("%s", rows[i].text);
		assert_str(shown, rows[i].shown);
	}
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
