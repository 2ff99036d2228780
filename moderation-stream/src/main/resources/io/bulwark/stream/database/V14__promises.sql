-- Promised error rates. No row names an image or an uploader: draws are found by digests, as items are, so what was erased
-- leaves a count and nothing that leads to it.

-- The key of the draw. Who has it can tell which contents people will see.
CREATE TABLE draw_key (
    key bytea NOT NULL
);
INSERT INTO draw_key SELECT decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex');

-- Outcomes that were drawn for review, each content once, with what the machine decided at first and what people say.
CREATE TABLE promise_draw (
    tenant      text             NOT NULL CHECK (tenant NOT IN ('', '*')),
    content     uuid             NOT NULL,
    item_id     uuid             NOT NULL,
    decided_at  timestamptz      NOT NULL,
    machine     text             NOT NULL CHECK (machine IN ('SAFE', 'NSFW', 'REVIEW')),
    probability double precision NOT NULL CHECK (probability > 0 AND probability <= 1),
    people      text             CHECK (people IN ('SAFE', 'NSFW')),
    corrections integer          NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, content)
);
CREATE UNIQUE INDEX promise_draw_of_item ON promise_draw (tenant, item_id);
CREATE INDEX promise_draw_time ON promise_draw (tenant, decided_at);

-- Since when a rate is watched for a promise. Alarms stay; a further epoch begins without them.
CREATE TABLE promise_epoch (
    position    integer          GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant      text             NOT NULL CHECK (tenant NOT IN ('', '*')),
    rate        text             NOT NULL CHECK (rate IN ('MISSED', 'FALSELY_FLAGGED')),
    promise     double precision NOT NULL,
    begins      timestamptz      NOT NULL,
    opened_by   text             NOT NULL,
    evidence    double precision NOT NULL DEFAULT 0,
    stands_out  boolean          NOT NULL DEFAULT false,
    watched     boolean          NOT NULL DEFAULT false,
    overdue     bigint           NOT NULL DEFAULT 0,
    broken_at   timestamptz,
    changed_at  timestamptz,
    UNIQUE (tenant, rate, begins)
);

ALTER TABLE promise_draw ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON promise_draw USING (sees(tenant)) WITH CHECK (sees(tenant));
ALTER TABLE promise_epoch ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON promise_epoch USING (sees(tenant)) WITH CHECK (sees(tenant));

GRANT SELECT ON draw_key TO "${application}";
GRANT SELECT, INSERT, UPDATE ON promise_draw, promise_epoch TO "${application}";
