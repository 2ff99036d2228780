-- The outbox publishes references of the bank too.
ALTER TABLE outbox ADD COLUMN kind text NOT NULL DEFAULT 'REVIEW' CHECK (kind IN ('REVIEW', 'REFERENCES'));

-- Up to there a partition was read before its lists were made anew: what comes before it only makes lists.
ALTER TABLE intake_offset ADD COLUMN lists_until bigint NOT NULL DEFAULT 0;

-- Reports that came before their image's decision, which takes them up.
CREATE TABLE early_report (
    tenant         text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    image_id       text        NOT NULL,
    kind           text        NOT NULL CHECK (kind IN ('REPORT', 'APPEAL')),
    reporter       text        NOT NULL,
    words          text        NOT NULL,
    content_sha256 text,
    at             timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, image_id, kind, reporter)
);
CREATE INDEX early_report_age ON early_report (at);
ALTER TABLE early_report ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON early_report USING (sees(tenant)) WITH CHECK (sees(tenant));
GRANT SELECT, INSERT, DELETE ON early_report TO "${application}";
