/* The calls of a Python script that open a path, and the options that name one. */
#include "source/writes_python_scan.h"

/* What opens a path: at that position, or under that name. */
static const struct opener {
	struct str call, keyword;
	int position; /* -1: only by name */
	enum { OPENS_FILE, OPENS_FOLDER, OPENS_DATABASE } kind;
	bool is_result;
} openers[] = {
	{STR_INIT("to_csv"), STR_INIT("path_or_buf"), 0, OPENS_FILE, true},
	{STR_INIT("to_parquet"), STR_INIT("path"), 0, OPENS_FILE, true},
	{STR_INIT("to_pickle"), STR_INIT("path"), 0, OPENS_FILE, true},
	{STR_INIT("to_excel"), STR_INIT("excel_writer"), 0, OPENS_FILE, true},
	{STR_INIT("to_feather"), STR_INIT("path"), 0, OPENS_FILE, true},
	{STR_INIT("to_hdf"), STR_INIT("path_or_buf"), 0, OPENS_FILE, true},
	{STR_INIT("joblib.dump"), STR_INIT("filename"), 1, OPENS_FILE, true},
	{STR_INIT("torch.save"), STR_INIT("f"), 1, OPENS_FILE, true},
	{STR_INIT("save_pretrained"), STR_INIT("save_directory"), 0, OPENS_FOLDER,
		true},
	{STR_INIT("save_to_disk"), STR_INIT("dataset_path"), 0, OPENS_FOLDER, true},
	{STR_INIT("save_model"), STR_INIT("fname"), 0, OPENS_FILE, true},
	{STR_INIT("save_weights"), STR_INIT("filepath"), 0, OPENS_FILE, true},
	{STR_INIT("model.save"), STR_INIT("filepath"), 0, OPENS_FILE, true},
	{STR_INIT("np.save"), STR_INIT("file"), 0, OPENS_FILE, true},
	{STR_INIT("np.savez"), STR_INIT("file"), 0, OPENS_FILE, true},
	{STR_INIT("np.savez_compressed"), STR_INIT("file"), 0, OPENS_FILE, true},
	{STR_INIT("numpy.save"), STR_INIT("file"), 0, OPENS_FILE, true},
	{STR_INIT("faiss.write_index"), STR_INIT("fname"), 1, OPENS_FILE, true},
	{STR_INIT("savefig"), STR_INIT("fname"), 0, OPENS_FILE, true},
	{STR_INIT("cv2.imwrite"), STR_INIT("filename"), 0, OPENS_FILE, true},
	{STR_INIT("TrainingArguments"), STR_INIT("output_dir"), 0, OPENS_FOLDER, true},
	{STR_INIT("ModelCheckpoint"), STR_INIT("dirpath"), -1, OPENS_FOLDER, true},
	{STR_INIT("SummaryWriter"), STR_INIT("log_dir"), 0, OPENS_FOLDER, true},
	{STR_INIT("os.makedirs"), STR_INIT("name"), 0, OPENS_FOLDER, false},
	{STR_INIT("os.mkdir"), STR_INIT("path"), 0, OPENS_FOLDER, false},
	{STR_INIT("FileHandler"), STR_INIT("filename"), 0, OPENS_FILE, false},
	{STR_INIT("RotatingFileHandler"), STR_INIT("filename"), 0, OPENS_FILE, false},
	{STR_INIT("TimedRotatingFileHandler"), STR_INIT("filename"), 0, OPENS_FILE,
		false},
	{STR_INIT("logging.basicConfig"), STR_INIT("filename"), -1, OPENS_FILE, false},
	{STR_INIT("shutil.copy"), STR_INIT("dst"), 1, OPENS_FILE, false},
	{STR_INIT("shutil.copyfile"), STR_INIT("dst"), 1, OPENS_FILE, false},
	{STR_INIT("shutil.copytree"), STR_INIT("dst"), 1, OPENS_FOLDER, false},
	{STR_INIT("PersistentClient"), STR_INIT("path"), 0, OPENS_FOLDER, false},
	{STR_INIT("Chroma"), STR_INIT("persist_directory"), -1, OPENS_FOLDER, false},
	{STR_INIT("Chroma.from_documents"), STR_INIT("persist_directory"), -1,
		OPENS_FOLDER, false},
	{STR_INIT("Chroma.from_texts"), STR_INIT("persist_directory"), -1, OPENS_FOLDER,
		false},
	{STR_INIT("QdrantClient"), STR_INIT("path"), -1, OPENS_FOLDER, false},
	{STR_INIT("lancedb.connect"), STR_INIT("uri"), 0, OPENS_FOLDER, false},
	{STR_INIT("save_local"), STR_INIT("folder_path"), 0, OPENS_FOLDER, true},
	{STR_INIT("create_engine"), STR_INIT("url"), 0, OPENS_DATABASE, false},
	{STR_INIT("create_async_engine"), STR_INIT("url"), 0, OPENS_DATABASE, false},
	{STR_INIT("duckdb.connect"), STR_INIT("database"), 0, OPENS_DATABASE, false},
	{STR_INIT("sqlite3.connect"), STR_INIT("database"), 0, OPENS_DATABASE, false},
};

/* Methods of a path that write to it. */
static const struct opener methods[] = {
	{STR_INIT("mkdir"), STR_INIT(""), 0, OPENS_FOLDER, false},
	{STR_INIT("write_text"), STR_INIT(""), 0, OPENS_FILE, false},
	{STR_INIT("write_bytes"), STR_INIT(""), 0, OPENS_FILE, false},
	{STR_INIT("touch"), STR_INIT(""), 0, OPENS_FILE, false},
};

static void add_write(struct scanner *s, const struct opener *o,
	const struct python_value *value, size_t i)
{
	if (s->scan->writes.n < PYTHON_ITEMS_MAX)
		*vec_push(s->arena, &s->scan->writes) =
			(struct python_write){.call = o->call,
				.path = *value,
				.is_folder = o->kind == OPENS_FOLDER,
				.is_database = o->kind == OPENS_DATABASE,
				.is_result = o->is_result,
				.function = s->function,
				.span = scan_span(s, i)};
}

/* ---- what libraries download ---- */

/* The argument at from: the text of a path, not the name of something to download? */
static bool is_local(struct scanner *s, size_t from, size_t end)
{
	struct python_value value = {0};
	struct str text;

	if (!scan_value(s, from, end, 0, &value) || value.at[0].kind != PYTHON_TEXT)
		return false;
	text = value.at[0].text;
	return str_starts(text, STR("/")) || str_starts(text, STR("./")) ||
		str_starts(text, STR("../"));
}

bool scan_is_elsewhere(struct scanner *s, size_t open)
{
	static const struct str places[] = {STR_INIT("cache_dir"),
		STR_INIT("cache_folder"), STR_INIT("data_dir"), STR_INIT("data_home"),
		STR_INIT("download_dir"), STR_INIT("download_root"),
		STR_INIT("local_dir"), STR_INIT("model_dir"),
		STR_INIT("model_storage_directory")};
	static const struct str models[] = {STR_INIT("model"),
		STR_INIT("model_name_or_path"), STR_INIT("model_size_or_path"),
		STR_INIT("pretrained_model_name_or_path")};
	size_t from, end;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (scan_argument(s, open, -1, places[i], &from, &end) &&
			!scan_is_name(s, from, "None"))
			return true;
	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++)
		if (scan_argument(s, open, -1, models[i], &from, &end) &&
			is_local(s, from, end))
			return true;
	return scan_argument(s, open, 0, STR_NONE, &from, &end) &&
		is_local(s, from, end);
}

/* ---- what opens a path ---- */

/* Does the mode of open() at open write? A mode that is not known may. */
static bool opens_for_writing(struct scanner *s, size_t open, int position)
{
	size_t from, end;
	struct str mode;

	if (!scan_argument(s, open, position, STR("mode"), &from, &end) ||
		end != from + 1 || !scan_string(s, from, &mode))
		return false;
	return mode.n < 5 &&
		(str_find(mode, 'w') < mode.n || str_find(mode, 'a') < mode.n ||
			str_find(mode, 'x') < mode.n);
}

/* torchvision's sets, which fetch themselves where they are told to: download=True. */
static bool fetches_set(struct scanner *s, struct str name, size_t open)
{
	static const struct str sets[] = {STR_INIT("CIFAR10"), STR_INIT("CIFAR100"),
		STR_INIT("EMNIST"), STR_INIT("FashionMNIST"), STR_INIT("KMNIST"),
		STR_INIT("MNIST"), STR_INIT("QMNIST"), STR_INIT("STL10"),
		STR_INIT("SVHN")};
	size_t from, end;

	for (size_t k = 0; k < sizeof(sets) / sizeof(sets[0]); k++)
		if (python_name_ends(name, sets[k]))
			return scan_argument(
				       s, open, -1, STR("download"), &from, &end) &&
				scan_is_name(s, from, "True");
	return false;
}

bool scan_opened(struct scanner *s, struct str name, size_t i, size_t open)
{
	static const struct opener set = {
		STR_INIT("MNIST"), STR_INIT("root"), 0, OPENS_FOLDER, false};
	static const struct opener plain = {
		STR_INIT("open"), STR_INIT("file"), 0, OPENS_FILE, false};
	const struct opener *found = NULL;
	struct python_value value = {0};
	size_t from, end;

	if (str_eq(name, STR("open")) || python_name_ends(name, STR("io.open")) ||
		python_name_ends(name, STR("h5py.File"))) {
		if (opens_for_writing(s, open, 1))
			found = &plain;
	}
	if (fetches_set(s, name, open))
		found = &set;
	for (size_t k = 0; !found && k < sizeof(openers) / sizeof(openers[0]); k++)
		if (python_name_ends(name, openers[k].call))
			found = &openers[k];
	if (!found ||
		!scan_argument(s, open, found->position, found->keyword, &from, &end))
		return false;
	if (!scan_value(s, from, end, 0, &value))
		value.n = 0;
	add_write(s, found, &value, i);
	return true;
}

/* path.mkdir(…), path.open("w"): the receiver's value is at hand. */
static void method(
	struct scanner *s, const struct python_value *value, size_t name, size_t open)
{
	static const struct opener plain = {
		STR_INIT("open"), STR_INIT(""), 0, OPENS_FILE, false};

	for (size_t k = 0; k < sizeof(methods) / sizeof(methods[0]); k++)
		if (str_eq(scan_token(s, name)->text, methods[k].call))
			add_write(s, &methods[k], value, name);
	if (scan_is_name(s, name, "open") && opens_for_writing(s, open, 0))
		add_write(s, &plain, value, name);
}

static bool is_path_method(const struct scanner *s, size_t i)
{
	return scan_is_name(s, i, "mkdir") || scan_is_name(s, i, "write_text") ||
		scan_is_name(s, i, "write_bytes") || scan_is_name(s, i, "touch") ||
		scan_is_name(s, i, "open");
}

/* Where a path's method stands behind a value that begins at i. */
void scan_path_method(struct scanner *s, size_t i)
{
	struct python_value value = {0};
	size_t end, at;

	(void)scan_dotted(s, i, &end);
	/* name.mkdir( : the last word is the method. */
	if (end >= i + 3 && scan_is_op(s, end, "(") && is_path_method(s, end - 1)) {
		if (scan_name_value(
			    s, scan_token(s, i)->text, scan_span(s, i), &value)) {
			at = i + 1;
			while (at + 2 < end && scan_is_name(s, at + 1, "parent")) {
				(void)python_add_part(&value,
					(struct python_part){.kind = PYTHON_PARENT});
				at += 2;
			}
			if (at + 2 == end)
				method(s, &value, end - 1, end);
		}
		return;
	}
	/* Path(x).mkdir( and Path(x).parent.mkdir( */
	if (!scan_is_op(s, end, "(") || !scan_token(s, end)->match)
		return;
	at = scan_token(s, end)->match + 1;
	if (!scan_is_op(s, at, ".") ||
		!scan_call_value(s, scan_dotted(s, i, &end), end, 0, &value))
		return;
	for (; scan_is_op(s, at, ".") && scan_is_name(s, at + 1, "parent"); at += 2)
		(void)python_add_part(
			&value, (struct python_part){.kind = PYTHON_PARENT});
	if (scan_is_op(s, at, ".") && is_path_method(s, at + 1) &&
		scan_is_op(s, at + 2, "("))
		method(s, &value, at + 1, at + 2);
}

/* parser.add_argument("--out", "-o", dest=…, default=…, action=…) */
void scan_option(struct scanner *s, size_t open)
{
	struct python_option o = {.takes_value = true, .span = scan_span(s, open)};
	size_t close = scan_token(s, open)->match, i = open + 1, from, end;
	char *dest;

	while (scan_next_argument(s, close, &i, &from, &end)) {
		struct str text;

		if (end != from + 1 || !scan_string(s, from, &text))
			continue;
		if (!o.dest.n || str_starts(text, STR("--")))
			o.dest = text;
		if (str_starts(text, STR("-")) && o.flag_count < 4)
			o.flags[o.flag_count++] = text;
	}
	while (str_starts(o.dest, STR("-")))
		o.dest = str_from(o.dest, 1);
	if (scan_argument(s, open, -1, STR("dest"), &from, &end))
		(void)scan_string(s, from, &o.dest);
	if (!o.dest.n || s->scan->options.n >= PYTHON_ITEMS_MAX)
		return;
	dest = arena_alloc(s->arena, o.dest.n);
	for (size_t k = 0; k < o.dest.n; k++)
		dest[k] = o.dest.p[k] == '-' ? '_' : o.dest.p[k];
	o.dest.p = dest;
	o.takes_value = !scan_argument(s, open, -1, STR("action"), &from, &end);
	if (scan_argument(s, open, -1, STR("default"), &from, &end) &&
		!scan_value(s, from, end, 0, &o.fallback))
		o.fallback.n = 0;
	*vec_push(s->arena, &s->scan->options) = o;
}
