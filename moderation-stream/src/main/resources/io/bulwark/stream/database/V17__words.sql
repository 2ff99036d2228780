-- What a tenant's labels mean, a row for each version; the latest holds. The columns behind "labels" are taken out of it,
-- so that a decision reads no texts.
CREATE TABLE review_words (
    tenant     text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    version    bigint      NOT NULL CHECK (version > 0),
    labels     jsonb       NOT NULL,
    names      text[]      NOT NULL,
    merged     jsonb       NOT NULL,
    closed     boolean     NOT NULL,
    changed_by text        NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, version)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON review_words FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER not_emptied BEFORE TRUNCATE ON review_words FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE review_words ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON review_words USING (sees(tenant)) WITH CHECK (sees(tenant));
GRANT SELECT, INSERT ON review_words TO "${application}";
