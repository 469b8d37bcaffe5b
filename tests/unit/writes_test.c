/* What a Dockerfile and its context tell of what the workload will write. */
#include "unit.h"

#include "know/know.h"
#include "model/writes.h"
#include "source/load.h"

struct given {
	const char *name, *bytes;
};

/* A Dockerfile over python:3.12, files beside it, and what is found: a line a write. */
static const struct row {
	const char *name, *lines;
	struct given files[4];
	const char *writes;
} rows[] = {
	{"a package alone may write", "RUN pip install torch==2.4\n", {{0}},
		"? torch ~/.cache/torch/hub/ TORCH_HOME\n"
		"? torch $TMPDIR/torchinductor/ TORCHINDUCTOR_CACHE_DIR\n"},
	{"nothing is known of it", "RUN pip install requests\n", {{0}}, ""},
	{"python -m pip, names in any form",
		"RUN python3 -m pip install --no-cache-dir 'Kagglehub[all]>=1'\n",
		{{0}}, "? kagglehub ~/.cache/kagglehub/ KAGGLEHUB_CACHE\n"},
	{"options are no packages", "RUN pip install -i kagglehub -t openml x\n", {{0}},
		""},
	{"a list of requirements, and one that it names",
		"COPY . /app\nWORKDIR /app\nRUN pip install -r requirements.txt\n",
		{{"requirements.txt", "# x\n-r more.txt\nkagglehub>=1 # y\n"},
			{"more.txt", "stanza\n"}},
		"? kagglehub ~/.cache/kagglehub/ KAGGLEHUB_CACHE\n"
		"? stanza ~/stanza_resources/ STANZA_RESOURCES_DIR\n"},
	{"what a list names in other forms",
		"COPY . /app\nWORKDIR /app\nRUN pip install --requirement=a/base.txt\n",
		{{"a/base.txt",
			 "-rmore.txt # both\n--requirement sub/x.txt\n-c bound.txt\n"
			 "--index-url https://x/kagglehub\n#stanza\n"},
			{"a/more.txt", "stanza ; python_version > '3'\n"},
			{"a/bound.txt", "openml\n"}, {"a/sub/x.txt", "pooch\n"}},
		"? stanza ~/stanza_resources/ STANZA_RESOURCES_DIR\n"
		"? pooch ~/.cache/pooch/ XDG_CACHE_HOME\n"},
	{"constraints install nothing",
		"COPY . /app\nWORKDIR /app\n"
		"RUN pip install -c bound.txt --constraint bound.txt requests\n",
		{{"bound.txt", "kagglehub\n"}}, ""},
	{"addresses and wheels",
		"COPY . /app\nWORKDIR /app\nRUN pip install -r r.txt && \\\n"
		"    pip install git+https://x/y/pooch.git@main\n",
		{{"r.txt",
			"-e git+ssh://git@x/y/z.git@v1#egg=kagglehub&subdirectory=a\n"
			"./wheels/stanza-1.8-py3-none-any.whl\n"
			"openml @ https://x/y/other-1.0.zip\n"}},
		"? kagglehub ~/.cache/kagglehub/ KAGGLEHUB_CACHE\n"
		"? openml ~/.cache/openml/ OPENML_CACHE_DIR\n"
		"? pooch ~/.cache/pooch/ XDG_CACHE_HOME\n"
		"? stanza ~/stanza_resources/ STANZA_RESOURCES_DIR\n"},
	{"a project that a list names, with what it is asked for",
		"COPY . /app\nWORKDIR /app\nRUN pip install -r deps/r.txt\n",
		{{"deps/r.txt", "-e .[data]\n"},
			{"pyproject.toml",
				"[project]\ndynamic = ['dependencies']\n"
				"[project.optional-dependencies]\n"
				"data = ['kagglehub[all]'] # big\ndev = [\n\t\"openml\",\n]\n"
				"[tool.setuptools.dynamic]\n"
				"dependencies = {file = [\"deps/more.txt\"]}\n"},
			{"deps/more.txt", "stanza\n"}},
		"? kagglehub ~/.cache/kagglehub/ KAGGLEHUB_CACHE\n"
		"? stanza ~/stanza_resources/ STANZA_RESOURCES_DIR\n"},
	{"poetry's tables", "COPY . /app\nWORKDIR /app\nRUN poetry install\n",
		{{"pyproject.toml",
			"[tool.poetry.dependencies]\npython = \"^3.11\"\n"
			"kagglehub = {version = \"1\", extras = [\"stanza\"]}\n"
			"[tool.other]\npooch = 1\n"}},
		"? kagglehub ~/.cache/kagglehub/ KAGGLEHUB_CACHE\n"},
	{"setup.cfg and setup.py", "COPY . /app\nWORKDIR /app\nRUN pip install ./\n",
		{{"setup.cfg",
			 "[options]\ninstall_requires =\n    kagglehub>1\n"
			 "    # stanza\n[options.extras_require]\nx = openml\n"},
			{"setup.py",
				"deps = open('requirements.txt').read()\nsetup(\n"
				"  install_requires=['pooch'] + deps, x='openml')\n"},
			{"requirements.txt", "stanza\n"}},
		"? kagglehub ~/.cache/kagglehub/ KAGGLEHUB_CACHE\n"
		"? pooch ~/.cache/pooch/ XDG_CACHE_HOME\n"
		"? stanza ~/stanza_resources/ STANZA_RESOURCES_DIR\n"},
	{"Pipfile", "COPY . /app\nWORKDIR /app\nRUN pipenv install --system\n",
		{{"Pipfile",
			"[packages]\nkagglehub = \"*\"\n[dev-packages]\nstanza = \"*\"\n"}},
		"? kagglehub ~/.cache/kagglehub/ KAGGLEHUB_CACHE\n"},
	{"a list beside environment.yml",
		"COPY . /app\nWORKDIR /app\nRUN conda env create --file=e/env.yaml\n",
		{{"e/env.yaml",
			 "dependencies:\n  - \"conda-forge::pooch\"\n  - pip:\n"
			 "    - -r reqs.txt\n    - git+https://x/kagglehub.git\n"},
			{"e/reqs.txt", "stanza\n"}},
		"? kagglehub ~/.cache/kagglehub/ KAGGLEHUB_CACHE\n"
		"? pooch ~/.cache/pooch/ XDG_CACHE_HOME\n"
		"? stanza ~/stanza_resources/ STANZA_RESOURCES_DIR\n"},
	{"lists that name each other",
		"COPY . /app\nWORKDIR /app\nRUN uv pip sync a.txt\n",
		{{"a.txt", "-r b.txt\n"}, {"b.txt", "-r a.txt\nkagglehub\n"}},
		"? kagglehub ~/.cache/kagglehub/ KAGGLEHUB_CACHE\n"},
	{"a list that is bound for one RUN",
		"RUN --mount=type=bind,source=requirements.txt,target=requirements.txt "
		"pip install -r requirements.txt\n",
		{{"requirements.txt", "kagglehub\n"}},
		"? kagglehub ~/.cache/kagglehub/ KAGGLEHUB_CACHE\n"},
	{"pyproject.toml", "COPY . /app\nWORKDIR /app\nRUN pip install .\n",
		{{"pyproject.toml",
			"[project]\nname = \"x\"\ndependencies = [\n  \"kagglehub>=1\",\n"
			"]\n[tool.x]\ny = [\"stanza\"]\n"}},
		"? kagglehub ~/.cache/kagglehub/ KAGGLEHUB_CACHE\n"},
	{"environment.yml",
		"COPY environment.yml .\nRUN conda env create -f environment.yml\n",
		{{"environment.yml",
			"dependencies:\n  - python=3.11\n  - pip:\n"
			"    - kagglehub==1\n"}},
		"? kagglehub ~/.cache/kagglehub/ KAGGLEHUB_CACHE\n"},
	{"a variable moves it",
		"ENV KAGGLEHUB_CACHE=/data/k\nRUN pip install kagglehub\n", {{0}},
		"? kagglehub /data/k/ KAGGLEHUB_CACHE moved\n"},
	{"so does a wider one",
		"ENV XDG_CACHE_HOME=/c\nRUN pip install kagglehub pooch\n", {{0}},
		"? kagglehub ~/.cache/kagglehub/ KAGGLEHUB_CACHE\n"
		"? pooch /c/pooch/ XDG_CACHE_HOME moved\n"},
	{"one that is not known hides the place",
		"ARG X\nENV KAGGLEHUB_CACHE=$X/k\nRUN pip install kagglehub\n", {{0}},
		"? kagglehub /k/ KAGGLEHUB_CACHE moved\n"},
	{"a program that starts writes", "CMD [\"supervisord\", \"-n\"]\n", {{0}},
		"? what supervisord starts \n"
		"! supervisord supervisord.log\n! supervisord supervisord.pid\n"},
	{"with its second word", "CMD jupyter lab --ip 0.0.0.0\n", {{0}},
		"! jupyter ~/.local/share/jupyter/runtime/ JUPYTER_RUNTIME_DIR\n"},
	{"behind programs that start programs",
		"ENTRYPOINT [\"tini\", \"-g\", \"--\"]\n"
		"CMD [\"conda\", \"run\", \"-n\", \"x\", \"jupyter\", \"lab\"]\n",
		{{0}},
		"! conda ~/.conda/\n"
		"! jupyter ~/.local/share/jupyter/runtime/ JUPYTER_RUNTIME_DIR\n"},
	{"python -m", "CMD python -m jupyterlab\n", {{0}},
		"! jupyterlab ~/.local/share/jupyter/runtime/ JUPYTER_RUNTIME_DIR\n"
		"! python __pycache__/ PYTHONPYCACHEPREFIX\n"},
	{"a redirect and small tools",
		"WORKDIR /w\nCMD mkdir -p /data/x && ls > out.log; tee -a /l < y\n",
		{{0}}, "! mkdir /data/x/\n! the shell out.log\n! tee /l\n"},
	{"cd moves what comes behind it", "WORKDIR /w\nCMD cd sub && touch x\n", {{0}},
		"! touch /w/sub/x\n"},
	{"a script of the shell", "COPY run.sh /\nENTRYPOINT [\"/run.sh\"]\n",
		{{"run.sh", "#!/bin/sh\nmkdir -p /srv/a\nexec supervisord\n"}},
		"! mkdir /srv/a/\n"
		"? what supervisord starts \n"
		"! supervisord supervisord.log\n! supervisord supervisord.pid\n"},
	{"a script imports and calls",
		"COPY . /app\nWORKDIR /app\nRUN pip install kagglehub\n"
		"CMD [\"python\", \"train.py\"]\n",
		{{"train.py", "import kagglehub\nkagglehub.model_download('x')\n"}},
		"! kagglehub ~/.cache/kagglehub/ KAGGLEHUB_CACHE\n"
		"! python __pycache__/ PYTHONPYCACHEPREFIX\n"},
	{"one that imports and does not call",
		"COPY . /app\nWORKDIR /app\nCMD python train.py\n",
		{{"train.py", "from kagglehub import x\n"}},
		"? kagglehub ~/.cache/kagglehub/ KAGGLEHUB_CACHE loaded\n"
		"! python __pycache__/ PYTHONPYCACHEPREFIX\n"},
	{"modules of its own are read",
		"COPY . /app\nWORKDIR /app\nCMD uvicorn serve:app\n",
		{{"serve.py", "from pkg.model import load\n"},
			{"pkg/model.py", "import joblib\njoblib.dump(m, 'm.pkl')\n"}},
		"! uvicorn __pycache__/ PYTHONPYCACHEPREFIX\n! serve.py m.pkl result\n"},
	{"argparse, and the word that overrules it",
		"COPY . /app\nWORKDIR /app\n"
		"ENTRYPOINT [\"python\", \"train.py\"]\nCMD [\"--out\", \"/models\"]\n",
		{{"train.py",
			"p.add_argument('--out', default='out')\n"
			"p.add_argument('--log', default='l')\n"
			"args = p.parse_args()\n"
			"torch.save(m, os.path.join(args.out, 'm.pt'))\n"
			"open(f'{args.log}/x', 'a')\n"}},
		"! python __pycache__/ PYTHONPYCACHEPREFIX\n"
		"! train.py /models/m.pt result\n! train.py l/x\n"},
	{"the environment, and its default",
		"ENV B=/b\nCOPY . /app\nWORKDIR /app\nCMD python t.py\n",
		{{"t.py",
			"A = os.environ.get('A', '/a')\nB = os.getenv('B', 'x')\n"
			"df.to_csv(A + '/x.csv')\nPath(B).mkdir(parents=True)\n"
			"open(os.environ['C'] + '/y', 'w')\n"}},
		"! python __pycache__/ PYTHONPYCACHEPREFIX\n! t.py /a/x.csv A result\n"
		"! t.py /b/ B moved\n"},
	{"an option names the place",
		"CMD gunicorn --pid /run/g.pid --worker-tmp-dir /dev/shm a:b\n", {{0}},
		"! gunicorn /run/g.pid\n! gunicorn __pycache__/ PYTHONPYCACHEPREFIX\n"},
	{"an address names a file, or none",
		"CMD mlflow server --backend-store-uri sqlite:////data/m.db "
		"--artifacts-destination s3://x/y\n",
		{{0}}, "! mlflow /data/m.db\n"},
	{"a variable silences",
		"ENV PYTHONDONTWRITEBYTECODE=1\nCMD [\"python\", \"x.py\"]\n", {{0}},
		""},
	{"several things are copied into a folder",
		"COPY run.sh /\nCMD [\"/run.sh\"]\n",
		{{"run.sh",
			"cp -r conf /srv/a\ncp x y /srv/b\ncp /etc/x/* /srv/c\n"
			"cp x /srv/d\nsed -i s/a/b/ /etc/x/y.conf\n"}},
		"! cp /srv/a/\n! cp /srv/b/\n! cp /srv/c/\n! cp /srv/d\n"
		"! sed /etc/x/\n"},
	{"supervisord.conf, and what it starts",
		"COPY . /etc/\nENTRYPOINT [\"supervisord\", \"-c\", \"/etc/s.conf\"]\n",
		{{"s.conf",
			"[supervisord]\nlogfile = /l/s.log ; comment\n;pidfile=/x\n"
			"[program:a]\ncommand=touch /srv/a\n"
			"stdout_logfile=/dev/fd/1\nstderr_logfile=/l/a.err\n"
			"[include]\nfiles = /etc/*.ini\n"}},
		"! supervisord /l/s.log\n! supervisord supervisord.pid\n"
		"! supervisord /l/a.err\n! touch /srv/a\n"},
	{"the configuration of Debian's package",
		"RUN apt-get install -y supervisor\nCMD [\"supervisord\", \"-n\"]\n",
		{{0}},
		"? what supervisord starts \n"
		"! supervisord /var/log/supervisor/supervisord.log\n"
		"! supervisord /var/run/supervisord.pid\n"
		"! supervisord /var/log/supervisor/\n! supervisord /var/run/supervisor.sock\n"},
	{"nginx of Debian",
		"RUN apt-get install -y nginx\nCMD nginx -g 'daemon off;'\n", {{0}},
		"! nginx /run/nginx.pid\n! nginx /var/lib/nginx/\n! nginx /var/log/nginx/\n"},
	{"nginx.conf",
		"RUN apt-get install -y nginx\nCOPY nginx.conf /etc/nginx/nginx.conf\n"
		"CMD [\"nginx\"]\n",
		{{"nginx.conf",
			"pid /tmp/n.pid;\nerror_log stderr warn;\nhttp {\n"
			"  access_log logs/a.log;\n  proxy_temp_path /tmp/p;\n}\n"}},
		"! nginx /tmp/n.pid\n! nginx /etc/nginx/logs/a.log\n! nginx /tmp/p/\n"
		"! nginx /var/lib/nginx/\n"},
	{"gunicorn.conf.py", "COPY . /app\nWORKDIR /app\nCMD gunicorn a:b\n",
		{{"gunicorn.conf.py",
			"bind = ':80'\npidfile = '/run/g'\naccesslog = '-'\n"}},
		"! gunicorn /run/g\n! gunicorn __pycache__/ PYTHONPYCACHEPREFIX\n"
		"! gunicorn $TMPDIR//\n"},
	{"the text behind -c",
		"RUN pip install kagglehub\nCMD [\"python\", \"-c\", \"import kagglehub; "
		"kagglehub.model_download('x'); open('/o', 'w')\"]\n",
		{{0}},
		"! kagglehub ~/.cache/kagglehub/ KAGGLEHUB_CACHE\n! python -c /o\n"
		"! python __pycache__/ PYTHONPYCACHEPREFIX\n"},
	{"a call that says where its download goes", "COPY t.py /\nCMD python /t.py\n",
		{{"t.py",
			"import nltk, whisper, stanza\nnltk.download('p', download_dir=d)\n"
			"whisper.load_model('base', download_root=None)\n"
			"stanza.Pipeline('en', model_dir='/m')\n"}},
		"? nltk ~/nltk_data/ NLTK_DATA\n! whisper ~/.cache/whisper/\n"
		"? stanza ~/stanza_resources/ STANZA_RESOURCES_DIR\n"
		"! python __pycache__/ PYTHONPYCACHEPREFIX\n"},
	{"a call that loads what lies there", "COPY t.py /\nCMD python /t.py\n",
		{{"t.py",
			"from faster_whisper import WhisperModel\nfrom flair import X\n"
			"at = '/models/a'\nWhisperModel(at + '/b')\n"
			"TextClassifier.load('./own')\n"}},
		"? faster_whisper ~/.cache/huggingface/hub/ HF_HOME\n"
		"? flair ~/.flair/ FLAIR_CACHE_ROOT\n"
		"! python __pycache__/ PYTHONPYCACHEPREFIX\n"},
	{"what another module names", "WORKDIR /w\nCOPY . /w\nCMD python t.py\n",
		{{"t.py",
			 "from conf import OUT, A\nimport conf\n"
			 "open(OUT + '/x', 'w')\nopen(conf.LOG, 'a')\nopen(A, 'w')\n"
			 "open(conf.os.x, 'w')\nopen(conf.LOCAL, 'w')\n"},
			{"conf.py",
				"import os, t\nOUT = os.getenv('OUT', './o')\nLOG = '/l'\n"
				"A = t.A\ndef f():\n    LOCAL = '/no'\n"}},
		"! python __pycache__/ PYTHONPYCACHEPREFIX\n! t.py o/x OUT\n! t.py /l\n"},
	{"databases", "WORKDIR /w\nCOPY . /w\nCMD python t.py\n",
		{{"t.py",
			"import os, chromadb\n"
			"chromadb.PersistentClient('vectors')\n"
			"URL = os.getenv('URL', 'sqlite+aiosqlite:///./a.db')\n"
			"create_async_engine(URL)\ncreate_engine('postgresql://h/d')\n"
			"sqlite3.connect(':memory:')\nsqlite3.connect('/d/b.db')\n"
			"os.makedirs('up')\nopen('up/' + name, 'w')\n"}},
		"? chromadb ~/.cache/chroma/onnx_models/ loaded\n"
		"! python __pycache__/ PYTHONPYCACHEPREFIX\n! t.py vectors/\n! t.py a.db URL\n! t.py /d/b.db\n! t.py up/\n"},
	{"a function that nobody calls", "COPY t.py /\nCMD [\"python3\", \"/t.py\"]\n",
		{{"t.py",
			"def a():\n    open('/a', 'w')\ndef b():\n    open('/b', 'w')\n"
			"if __name__ == '__main__':\n    b()\n"}},
		"! python __pycache__/ PYTHONPYCACHEPREFIX\n? t.py /a loaded\n! "
		"t.py /b\n"},
};

struct bed {
	struct arena arena;
	struct input input;
};

static void bed_make(struct bed *bed, const struct row *row)
{
	static const struct load_options options;
	struct world *world = world_memory(&bed->arena);
	struct err e = {0};

	for (size_t i = 0; i < 4 && row->files[i].name; i++)
		world_put(world, str_c(row->files[i].name), str_c(row->files[i].bytes));
	world_put(world, STR("Dockerfile"),
		arena_printf(&bed->arena, "FROM python:3.12\n%s", row->lines));
	assert_int_equal(input_load(&bed->arena, world, know_builtin(&bed->arena),
				 STR("Dockerfile"), &options, &bed->input, &e),
		0);
	assert_int_equal(bed->input.project.workloads.n, 1);
}

static struct str line_of(struct arena *a, const struct write *w)
{
	static const char *const bases[] = {"", "~/", "", "$TMPDIR/"};

	return arena_printf(a, "%s %.*s %s%.*s%s%s%.*s%s%s%s\n",
		w->happens == ANSWER_YES ? "!" : "?", STR_ARG(w->by), bases[w->base],
		STR_ARG(w->path), w->is_folder ? "/" : "", w->variable.n ? " " : "",
		STR_ARG(w->variable), w->moved ? " moved" : "",
		w->is_result ? " result" : "",
		w->is_loaded && w->happens != ANSWER_YES ? " loaded" : "");
}

static bool has_line(struct str lines, struct str line)
{
	while (lines.n) {
		size_t n = str_find(lines, '\n') + 1;

		if (str_eq(str_sub(lines, 0, n), line))
			return true;
		lines = str_from(lines, n);
	}
	return false;
}

static size_t count_lines(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

static void test_rows(void **state)
{
	bool is_good = true;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct bed bed = {0};
		struct str all = STR_NONE;
		bool fits = true;

		bed_make(&bed, &rows[i]);
		vec_each (const struct write, w,
			bed.input.project.workloads.at[0]->writes) {
			struct str line = line_of(&bed.arena, w);

			all = arena_printf(
				&bed.arena, "%.*s%.*s", STR_ARG(all), STR_ARG(line));
			fits &= has_line(str_c(rows[i].writes), line);
		}
		fits &= count_lines(all) == count_lines(str_c(rows[i].writes));
		if (!fits)
			print_error("%s:\n%.*s  expected:\n%s", rows[i].name,
				STR_ARG(all), rows[i].writes);
		is_good &= fits;
		arena_free(&bed.arena);
	}
	assert_true(is_good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
