CREATE EXTENSION pg_stat_statements;
CREATE TABLE features (id bigint PRIMARY KEY, petals real[] NOT NULL);
