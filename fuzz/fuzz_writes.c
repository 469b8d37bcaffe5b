/*
 * Everything beside a Dockerfile that tells what its workload writes: lists of packages
 * and configurations of servers, each of them the same bytes that nobody checked.
 */
#include <stdlib.h>

#include "model/writes.h"
#include "source/load.h"
#include "tables.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct str dockerfile =
	STR_INIT("FROM python:3.12\nCOPY . /etc/nginx/\nWORKDIR /etc/nginx\n"
		 "RUN pip install -r requirements.txt . && apt-get install -y nginx && "
		 "conda env create -f environment.yml && apt-get install supervisor\n"
		 "CMD supervisord -c supervisord.conf; nginx; gunicorn a:b; "
		 "redis-server redis.conf; ./start.sh\n");

static const char *const names[] = {"requirements.txt", "pyproject.toml", "setup.cfg",
	"environment.yml", "supervisord.conf", "nginx.conf", "gunicorn.conf.py",
	"redis.conf", "start.sh"};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct world *w = world_memory(&arena);
	struct load_options options = {.as = SOURCE_DOCKERFILE};
	struct str bytes = {(const char *)data, size};
	struct input in;

	world_put(w, STR("Dockerfile"), dockerfile);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		world_put(w, str_c(names[i]), bytes);
	if (input_load(&arena, w, tables(), STR("Dockerfile"), &options, &in, NULL) <
			0 ||
		in.project.workloads.n != 1 ||
		in.project.workloads.at[0]->writes->n > 400)
		abort();
	arena_free(&arena);
	return 0;
}
