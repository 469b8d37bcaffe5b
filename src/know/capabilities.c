#include "know/capabilities.h"

#include "know/columns.h"
#include "know/table.h"

static const struct str risks[] = {
	[CAPABILITY_RISK_LOW] = STR_INIT("low"),
	[CAPABILITY_RISK_MEDIUM] = STR_INIT("medium"),
	[CAPABILITY_RISK_HIGH] = STR_INIT("high"),
	[CAPABILITY_RISK_CRITICAL] = STR_INIT("critical"),
};

struct str capability_risk_name(enum capability_risk risk)
{
	return risks[risk];
}

static enum capability_risk risk_of(struct str word)
{
	for (int i = 0; i <= CAPABILITY_RISK_CRITICAL; i++)
		if (str_eq(word, risks[i]))
			return (enum capability_risk)i;
	return CAPABILITY_RISK_LOW;
}

struct know_capability know_capability(int cap)
{
	const struct know_table *t = &know_capabilities;
	uint32_t row = (uint32_t)cap; /* know_test.c: the rows stand in their order */

	return (struct know_capability){
		.may = table_cell(t, row, CAPABILITY_MAY),
		.risk = risk_of(table_cell(t, row, CAPABILITY_RISK)),
		.shared = table_text(t, row, CAPABILITY_SHARED),
		.shared_risk = risk_of(table_cell(t, row, CAPABILITY_SHARED_RISK)),
		.source = table_cell(t, row, CAPABILITY_SOURCE),
		.date = table_cell(t, row, CAPABILITY_DATE),
	};
}
