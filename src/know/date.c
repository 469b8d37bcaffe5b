#include "know/date.h"

enum { SECONDS_A_DAY = 86400 };

static bool is_leap(uint32_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static uint32_t month_days(uint32_t year, uint32_t month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && is_leap(year) ? 1u : 0u);
}

/* Days from 1970-01-01 to the first of January of year. */
static int32_t year_start(uint32_t year)
{
	int32_t y = (int32_t)year - 1;

	/* 719162 is the same sum for 1970. */
	return y * 365 + y / 4 - y / 100 + y / 400 - 719162;
}

bool date_parse(struct str text, int32_t *out)
{
	uint32_t year, month, day;
	int32_t days;

	if (text.n != 10 || text.p[4] != '-' || text.p[7] != '-')
		return false;
	if (!str_to_u32(str_sub(text, 0, 4), &year) ||
		!str_to_u32(str_sub(text, 5, 2), &month) ||
		!str_to_u32(str_sub(text, 8, 2), &day))
		return false;
	if (!year || !month || month > 12 || !day || day > month_days(year, month))
		return false;
	days = year_start(year) + (int32_t)day - 1;
	for (uint32_t m = 1; m < month; m++)
		days += (int32_t)month_days(year, m);
	*out = days;
	return true;
}

int32_t date_of(int64_t now)
{
	/* Division rounds towards zero; before 1970 the day began earlier. */
	return (int32_t)(now / SECONDS_A_DAY - (now % SECONDS_A_DAY < 0 ? 1 : 0));
}

int32_t date_today(struct world *w)
{
	return date_of(world_now(w));
}
