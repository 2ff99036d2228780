-- What the audit logs were up to a row, signed by the application after it checked them. Months go only after one.
CREATE TABLE audit_checkpoint (
    tenant    text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    position  bigint      NOT NULL CHECK (position > 0),
    hash      bytea       NOT NULL,
    signed_at timestamptz NOT NULL,
    signature text        NOT NULL,
    PRIMARY KEY (tenant, position)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_checkpoint FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER not_emptied BEFORE TRUNCATE ON audit_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE audit_checkpoint ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON audit_checkpoint USING (sees(tenant)) WITH CHECK (sees(tenant));
GRANT SELECT, INSERT ON audit_checkpoint TO "${application}";

-- Drops the months before a day, the first of a month. The last row of every tenant before it must have a checkpoint, and
-- no earlier row may lie behind it. Returns how many months went.
CREATE FUNCTION drop_audit_log(until date) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${schema}, pg_temp SET timezone = 'UTC' SET lock_timeout = '2s' AS $$
DECLARE
    last  record;
    month text;
    gone  integer := 0;
BEGIN
    IF until <> date_trunc('month', until)::date OR until > (date_trunc('month', now()) - interval '1 month')::date THEN
        RAISE EXCEPTION 'only whole months that ended a month ago go, not those before %', until;
    END IF;
    IF EXISTS (SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'audit_log'::regclass AND c.relname ~ '^audit_log_[0-9]{8}$') THEN
        RAISE EXCEPTION 'the audit log is still being moved to months';
    END IF;
    FOR last IN SELECT DISTINCT ON (tenant) tenant, position, hash FROM audit_log WHERE at < until
            ORDER BY tenant, position DESC LOOP
        IF NOT EXISTS (SELECT FROM audit_checkpoint c WHERE c.tenant = last.tenant AND c.position = last.position
                AND c.hash = last.hash) THEN
            RAISE EXCEPTION 'the log of % has no checkpoint of row %', last.tenant, last.position;
        END IF;
        IF EXISTS (SELECT FROM audit_log kept WHERE kept.tenant = last.tenant AND kept.position < last.position
                AND kept.at >= until) THEN
            RAISE EXCEPTION 'the log of % has rows before row % that would stay', last.tenant, last.position;
        END IF;
    END LOOP;
    FOR month IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'audit_log'::regclass AND c.relname < 'audit_log_' || to_char(until, 'YYYYMM') LOOP
        EXECUTE format('DROP TABLE %I', month);
        gone := gone + 1;
    END LOOP;
    RETURN gone;
END $$;
REVOKE ALL ON FUNCTION drop_audit_log(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_audit_log(date) TO "${application}";
