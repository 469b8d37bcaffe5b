/*
 * columns: the columns of the tables of data/, in their order.
 *
 * Private to know/. tools/know-compile.py has the same lists; a unit test compares a
 * compiled row with what its file says.
 */
#ifndef OAKUM_KNOW_COLUMNS_H
#define OAKUM_KNOW_COLUMNS_H

enum image_column {
	IMAGE_NAME,
	IMAGE_TAGS,
	IMAGE_USER,
	IMAGE_UID,
	IMAGE_GID,
	IMAGE_HOME,
	IMAGE_ACCOUNTS,
	IMAGE_FAMILY,
	IMAGE_TOOLS,
	IMAGE_NOLOGIN,
	IMAGE_DROPS,
	IMAGE_EOL,
	IMAGE_SOURCE,
	IMAGE_DATE,
	IMAGE_COLUMNS
};

enum env_column { ENV_NAME, ENV_VARIABLE, ENV_VALUE };

enum sibling_column {
	SIBLING_NAME,
	SIBLING_TAGS,
	SIBLING_REFERENCE,
	SIBLING_CURES,
	SIBLING_WHY,
	SIBLING_SOURCE,
	SIBLING_DATE,
};

enum family_column {
	FAMILY_NAME,
	FAMILY_ACCOUNTS,
	FAMILY_TOOLS,
	FAMILY_FIRST_UID,
	FAMILY_NOLOGIN,
	FAMILY_MANAGER,
	FAMILY_SOURCE,
	FAMILY_DATE,
};

enum package_column {
	PACKAGE_NAME,
	PACKAGE_USER,
	PACKAGE_UID,
	PACKAGE_FAMILY,
	PACKAGE_SOURCE,
	PACKAGE_DATE,
};

#endif
