-- Which contents' cases changed, so that an instance reads these and not all of a million every two seconds. A content is
-- named by a digest, since what is destroyed leaves no hash, and a row goes within minutes. Rows are read by the id of their
-- transaction and not by a number of their own: one that began earlier may commit later, and none is overlooked.

CREATE FUNCTION content_digest(tenant text, sha256 text) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT substr(sha256(convert_to(tenant || chr(10) || sha256, 'UTF8')), 1, 16)
$$;
CREATE INDEX restricted_case_digest ON restricted_case (content_digest(tenant, content_sha256));

CREATE TABLE restricted_change (
    xid    xid8        NOT NULL DEFAULT pg_current_xact_id(),
    digest bytea       NOT NULL,
    at     timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX restricted_change_xid ON restricted_change (xid);
ALTER TABLE restricted_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY in_lane ON restricted_change USING (in_lane()) WITH CHECK (in_lane());

CREATE FUNCTION note_restricted_change() RETURNS trigger LANGUAGE plpgsql
    SET search_path = ${schema}, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' OR TG_OP = 'DELETE' OR OLD.state IS DISTINCT FROM NEW.state THEN
        INSERT INTO restricted_change (digest) SELECT content_digest(changed.tenant, changed.content_sha256)
        FROM (SELECT CASE WHEN TG_OP = 'DELETE' THEN OLD.tenant ELSE NEW.tenant END AS tenant,
            CASE WHEN TG_OP = 'DELETE' THEN OLD.content_sha256 ELSE NEW.content_sha256 END AS content_sha256) AS changed
        WHERE changed.content_sha256 <> '';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER note_change AFTER INSERT OR DELETE OR UPDATE OF state ON restricted_case
    FOR EACH ROW EXECUTE FUNCTION note_restricted_change();

GRANT SELECT, INSERT, DELETE ON restricted_change TO "${application}";
