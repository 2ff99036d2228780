-- Days of partitions cannot be pruned by what the queue asks, and every question locked them all. decision becomes a plain
-- table; audit_log has a partition a month, which its retention drops. The rows are moved by calls of the functions below,
-- each in a transaction of its own, while this version and the one before it work. Nothing here or there locks all
-- partitions at once: the server's table of locks could not hold them.

SET LOCAL lock_timeout = '10s';

-- Takes what has no day of its own, from now on and as days are moved.
CREATE TABLE decision_all PARTITION OF decision DEFAULT;
CREATE INDEX decision_of_id ON decision_all (tenant, decision_id);
CREATE INDEX decision_time ON decision_all (decided_at);

-- Moves the decisions of one day, or makes the plain table once none is left. Returns what was moved; 'busy' where another
-- instance moves now; null where all is done.
CREATE FUNCTION move_decisions() RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${schema}, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    day text;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('bulwark partitions')) THEN
        RETURN 'busy';
    END IF;
    IF (SELECT relkind FROM pg_class WHERE oid = 'decision'::regclass) = 'r' THEN
        RETURN NULL;
    END IF;
    SELECT c.relname INTO day FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'decision'::regclass AND c.relname <> 'decision_all' ORDER BY c.relname LIMIT 1;
    IF day IS NOT NULL THEN
        -- Until this commits, questions wait; none finds a row twice or not at all.
        EXECUTE format('ALTER TABLE decision DETACH PARTITION %I', day);
        EXECUTE format('INSERT INTO decision_all SELECT * FROM %I', day);
        EXECUTE format('DROP TABLE %I', day);
        RETURN day;
    END IF;
    ALTER TABLE decision DETACH PARTITION decision_all;
    DROP TABLE decision;
    ALTER TABLE decision_all RENAME TO decision;
    ALTER INDEX decision_all_pkey RENAME TO decision_pkey;
    ALTER INDEX decision_all_tenant_item_id_decided_at_idx RENAME TO decision_of_item;
    ALTER INDEX decision_all_tenant_reviewer_decided_at_decision_id_idx RENAME TO decision_of_reviewer;
    ALTER INDEX decision_all_tenant_image_id_idx RENAME TO decision_of_image;
    ALTER TABLE decision ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own_rows ON decision USING (sees(tenant)) WITH CHECK (sees(tenant));
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON decision
        FOR EACH ROW EXECUTE FUNCTION refuse_change_but_erasure();
    CREATE TRIGGER not_emptied BEFORE TRUNCATE ON decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    GRANT SELECT, INSERT ON decision TO "${application}";
    RETURN 'decision';
END $$;

-- Copies one past day of the oldest month that has days, or puts the month in their place once they are copied. Its days of
-- now are copied then. Returns as move_decisions does.
CREATE FUNCTION move_audit_log() RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${schema}, pg_temp SET timezone = 'UTC' SET lock_timeout = '2s' AS $$
DECLARE
    day    text;
    days   text[];
    month  text;
    begins date;
    rows   bigint;
    more   bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('bulwark partitions')) THEN
        RETURN 'busy';
    END IF;
    SELECT min(substr(c.relname, 1, 16)) INTO month FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'audit_log'::regclass AND c.relname ~ '^audit_log_[0-9]{8}$';
    IF month IS NULL THEN
        RETURN NULL;
    END IF;
    begins := to_date(substr(month, 11), 'YYYYMM');
    IF to_regclass(month) IS NULL THEN
        EXECUTE format('CREATE TABLE %I (LIKE audit_log INCLUDING ALL, CONSTRAINT in_month CHECK (at >= %L AND at < %L))',
            month, begins::timestamptz, (begins + interval '1 month')::timestamptz);
    END IF;
    SELECT array_agg(c.relname ORDER BY c.relname) INTO days FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'audit_log'::regclass AND c.relname ~ ('^' || month || '[0-9]{2}$');
    FOREACH day IN ARRAY days LOOP
        IF to_date(substr(day, 11), 'YYYYMMDD') < current_date - 1
                AND obj_description(day::regclass, 'pg_class') IS DISTINCT FROM 'copied' THEN
            EXECUTE format('INSERT INTO %I SELECT * FROM %I', month, day);
            EXECUTE format('COMMENT ON TABLE %I IS %L', day, 'copied');
            RETURN day;
        END IF;
    END LOOP;
    -- From here to the commit appending waits.
    more := 0;
    FOREACH day IN ARRAY days LOOP
        EXECUTE format('ALTER TABLE audit_log DETACH PARTITION %I', day);
        IF obj_description(day::regclass, 'pg_class') IS DISTINCT FROM 'copied' THEN
            EXECUTE format('INSERT INTO %I SELECT * FROM %I', month, day);
        END IF;
        EXECUTE format('SELECT count(*) FROM %I', day) INTO rows;
        more := more + rows;
    END LOOP;
    EXECUTE format('SELECT count(*) FROM %I', month) INTO rows;
    IF rows <> more THEN
        -- The clock stepped back by days, and rows were added to a day that was copied.
        FOREACH day IN ARRAY days LOOP
            EXECUTE format('INSERT INTO %I SELECT * FROM %I ON CONFLICT DO NOTHING', month, day);
        END LOOP;
    END IF;
    EXECUTE format('ALTER TABLE audit_log ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
        month, begins::timestamptz, (begins + interval '1 month')::timestamptz);
    EXECUTE format('ALTER TABLE %I DROP CONSTRAINT in_month', month);
    FOREACH day IN ARRAY days LOOP
        EXECUTE format('DROP TABLE %I', day);
    END LOOP;
    RETURN month;
END $$;

-- Makes what partitions of audit_log are missing from one day to another, both included: months, and days in a month that
-- still has days. A step of the functions above may last for minutes: then a later call makes them,
-- unless the first day has none.
CREATE OR REPLACE FUNCTION make_partitions(first_day date, last_day date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${schema}, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    month date;
    day   date;
    child text;
BEGIN
    IF last_day - first_day > 4000 THEN
        RAISE EXCEPTION 'at most 4000 days at once';
    END IF;
    IF NOT pg_try_advisory_xact_lock(hashtext('bulwark partitions')) THEN
        IF EXISTS (SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = 'audit_log'::regclass AND c.relname IN
                    ('audit_log_' || to_char(first_day, 'YYYYMMDD'), 'audit_log_' || to_char(first_day, 'YYYYMM'))) THEN
            RETURN;
        END IF;
        PERFORM pg_advisory_xact_lock(hashtext('bulwark partitions'));
    END IF;
    FOR month IN SELECT generate_series(date_trunc('month', first_day), last_day, interval '1 month')::date LOOP
        child := 'audit_log_' || to_char(month, 'YYYYMM');
        IF EXISTS (SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = 'audit_log'::regclass AND c.relname ~ ('^' || child || '[0-9]{2}$')) THEN
            FOR day IN SELECT generate_series(greatest(month, first_day),
                    least((month + interval '1 month')::date - 1, last_day), interval '1 day')::date LOOP
                IF to_regclass('audit_log_' || to_char(day, 'YYYYMMDD')) IS NULL THEN
                    EXECUTE format('CREATE TABLE %I PARTITION OF audit_log FOR VALUES FROM (%L) TO (%L)',
                        'audit_log_' || to_char(day, 'YYYYMMDD'), day::timestamptz, (day + 1)::timestamptz);
                END IF;
            END LOOP;
        ELSIF to_regclass(child) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF audit_log FOR VALUES FROM (%L) TO (%L)',
                child, month::timestamptz, (month + interval '1 month')::timestamptz);
        END IF;
    END LOOP;
END $$;

REVOKE ALL ON FUNCTION move_decisions(), move_audit_log() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION move_decisions(), move_audit_log() TO "${application}";

-- A database that was made just now has few days and no row: nothing waits for the moves.
DO $$
BEGIN
    IF (SELECT count(*) FROM pg_inherits WHERE inhparent IN ('decision'::regclass, 'audit_log'::regclass)) < 40 THEN
        IF NOT EXISTS (SELECT FROM decision) AND NOT EXISTS (SELECT FROM audit_log) THEN
            WHILE move_decisions() IS NOT NULL LOOP
            END LOOP;
            WHILE move_audit_log() IS NOT NULL LOOP
            END LOOP;
        END IF;
    END IF;
END $$;
