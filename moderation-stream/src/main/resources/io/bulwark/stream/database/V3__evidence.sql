-- Pictures of open items, encrypted by the application: the database never sees a key.

CREATE TABLE evidence (
    tenant         text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    item_id        uuid        NOT NULL,
    strip          boolean     NOT NULL,
    image_id       text        NOT NULL,
    content_sha256 text        NOT NULL CHECK (content_sha256 ~ '^[0-9a-f]{64}$'),
    frames         integer     NOT NULL CHECK (frames > 0),
    key_id         text        NOT NULL,
    sealed         bytea       NOT NULL,
    kept_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, item_id, strip),
    FOREIGN KEY (tenant, item_id) REFERENCES queue_item ON DELETE CASCADE
);
CREATE INDEX evidence_of_image ON evidence (tenant, image_id);
-- What is encrypted does not compress.
ALTER TABLE evidence ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- When an item's picture is asked for next; null once it is kept or never will be.
ALTER TABLE queue_item
    ADD COLUMN evidence_tries integer NOT NULL DEFAULT 0,
    ADD COLUMN evidence_next timestamptz DEFAULT clock_timestamp();
CREATE INDEX queue_item_evidence ON queue_item (evidence_next)
    WHERE stage <> 'CLOSED' AND golden_for = '' AND upload_topic IS NOT NULL;

ALTER TABLE evidence ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON evidence USING (sees(tenant)) WITH CHECK (sees(tenant));
GRANT SELECT, INSERT, DELETE ON evidence TO "${application}";
