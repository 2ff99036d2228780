-- Indexes of the casebook for lists by label and by reason. On a casebook with rows they are made afterwards, one call each:
-- intake waits for one meanwhile, reviewers do not. Returns what was made, null once all are there.
CREATE FUNCTION index_casebook() RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${schema}, pg_temp SET lock_timeout = '2s' AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('bulwark casebook')) THEN
        RETURN 'busy';
    END IF;
    IF to_regclass('casebook_labels') IS NULL THEN
        CREATE INDEX casebook_labels ON casebook USING gin (labels);
        RETURN 'casebook_labels';
    END IF;
    IF to_regclass('casebook_reason') IS NULL THEN
        CREATE INDEX casebook_reason ON casebook (tenant, reason, decided_at, image_id) WHERE reason IS NOT NULL;
        RETURN 'casebook_reason';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION index_casebook() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION index_casebook() TO "${application}";

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM casebook) THEN
        WHILE index_casebook() IS NOT NULL LOOP
        END LOOP;
    END IF;
END $$;
