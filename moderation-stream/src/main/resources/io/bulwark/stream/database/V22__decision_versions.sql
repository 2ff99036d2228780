-- By which policy and which words a person decided. Rows of before, and of instances of a version before, name none.
SET LOCAL lock_timeout = '10s';
ALTER TABLE decision ADD COLUMN policy_version text, ADD COLUMN words_version bigint;
ALTER TABLE casebook ADD COLUMN policy_version text, ADD COLUMN words_version bigint;
