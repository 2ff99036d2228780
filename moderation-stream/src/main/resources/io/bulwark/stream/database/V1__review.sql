-- People's work. The owner runs this; "${application}" is the role that moderation-stream works as: it owns nothing.
-- Every table of a tenant's rows has row-level security. The setting bulwark.tenant names whose rows a transaction
-- sees; the application's own jobs set it to '*', which no tenant may be called.

CREATE FUNCTION sees(row_tenant text) RETURNS boolean LANGUAGE sql STABLE AS
    $$ SELECT current_setting('bulwark.tenant', true) IN (row_tenant, '*') $$;

CREATE TABLE queue_item (
    tenant           text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    item_id          uuid        NOT NULL,
    image_id         text        NOT NULL,
    content_sha256   text        NOT NULL CHECK (content_sha256 ~ '^[0-9a-f]{64}$'),
    golden_for       text        NOT NULL DEFAULT '',
    golden_answer    text,
    uploader_id      text        NOT NULL,
    upload_topic     text,
    upload_partition integer,
    upload_offset    bigint,
    machine_decision text        NOT NULL,
    machine_reason   text,
    labels           text[]      NOT NULL DEFAULT '{}',
    score            double precision NOT NULL,
    origins          text[]      NOT NULL,
    strikes          integer     NOT NULL DEFAULT 0,
    reports          integer     NOT NULL DEFAULT 0,
    arrived_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    rank             timestamptz NOT NULL,
    stage            text        NOT NULL CHECK (stage IN ('FIRST', 'SECOND', 'SENIOR', 'CLOSED')),
    first_reviewer   text,
    decision_id      uuid,
    closed_at        timestamptz,
    lease_id         uuid,
    lease_holder     text,
    lease_since      timestamptz,
    lease_until      timestamptz,
    PRIMARY KEY (tenant, item_id),
    UNIQUE (tenant, image_id, content_sha256, golden_for),
    CHECK ((lease_id IS NULL) = (lease_holder IS NULL) AND (lease_id IS NULL) = (lease_until IS NULL)),
    CHECK ((golden_for = '') = (golden_answer IS NULL))
);
CREATE INDEX queue_item_next ON queue_item (tenant, rank, item_id) WHERE stage <> 'CLOSED';

CREATE TABLE skip (
    tenant   text NOT NULL,
    item_id  uuid NOT NULL,
    reviewer text NOT NULL,
    reason   text NOT NULL,
    at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, item_id, reviewer),
    FOREIGN KEY (tenant, item_id) REFERENCES queue_item ON DELETE CASCADE
);

CREATE TABLE note (
    tenant  text NOT NULL,
    note_id uuid NOT NULL,
    item_id uuid NOT NULL,
    author  text NOT NULL,
    words   text NOT NULL CHECK (length(words) BETWEEN 1 AND 4000),
    at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, note_id),
    FOREIGN KEY (tenant, item_id) REFERENCES queue_item ON DELETE CASCADE
);
CREATE INDEX note_of_item ON note (tenant, item_id, at);

-- Who reported an image or appealed, once each.
CREATE TABLE report (
    tenant   text NOT NULL,
    item_id  uuid NOT NULL,
    reporter text NOT NULL,
    kind     text NOT NULL CHECK (kind IN ('REPORT', 'APPEAL')),
    words    text NOT NULL,
    at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, item_id, kind, reporter),
    FOREIGN KEY (tenant, item_id) REFERENCES queue_item ON DELETE CASCADE
);

CREATE TABLE golden_item (
    tenant           text NOT NULL,
    image_id         text NOT NULL,
    content_sha256   text NOT NULL CHECK (content_sha256 ~ '^[0-9a-f]{64}$'),
    uploader_id      text NOT NULL,
    upload_topic     text,
    upload_partition integer,
    upload_offset    bigint,
    score            double precision NOT NULL,
    labels           text[] NOT NULL DEFAULT '{}',
    answer           text NOT NULL CHECK (answer IN ('SAFE', 'NSFW')),
    added_by         text NOT NULL,
    added_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, image_id, content_sha256)
);

-- What people decided, a row for each decision and each undo. Nothing here is ever changed.
CREATE TABLE decision (
    tenant         text        NOT NULL,
    decided_at     timestamptz NOT NULL,
    decision_id    uuid        NOT NULL,
    item_id        uuid        NOT NULL,
    image_id       text        NOT NULL,
    content_sha256 text        NOT NULL,
    kind           text        NOT NULL CHECK (kind IN ('DECIDED', 'PROPOSED', 'UNDONE', 'GOLDEN')),
    stage          text        NOT NULL,
    reviewer       text        NOT NULL,
    decision       text        NOT NULL CHECK (decision IN ('SAFE', 'NSFW', 'REVIEW')),
    labels         text[]      NOT NULL,
    reason         text,
    replaces       uuid,
    took_ms        bigint,
    as_known       boolean,
    PRIMARY KEY (tenant, decided_at, decision_id)
) PARTITION BY RANGE (decided_at);
CREATE INDEX decision_of_item ON decision (tenant, item_id, decided_at);
CREATE INDEX decision_of_reviewer ON decision (tenant, reviewer, decided_at, decision_id);

CREATE TABLE bank_proposal (
    tenant         text NOT NULL,
    decision_id    uuid NOT NULL,
    image_id       text NOT NULL,
    content_sha256 text NOT NULL,
    label          text NOT NULL,
    proposed_by    text NOT NULL,
    proposed_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    state          text NOT NULL DEFAULT 'OPEN' CHECK (state IN ('OPEN', 'APPROVED', 'REFUSED', 'WITHDRAWN')),
    answered_by    text,
    answered_at    timestamptz,
    PRIMARY KEY (tenant, decision_id),
    CHECK (answered_by IS NULL OR state = 'WITHDRAWN' OR answered_by <> proposed_by)
);
CREATE INDEX bank_proposal_open ON bank_proposal (tenant, proposed_at, decision_id) WHERE state = 'OPEN';

-- Decisions in force that wait for their publication. Rows go once they are published.
CREATE TABLE outbox (
    position    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant      text   NOT NULL,
    decision_id uuid   NOT NULL UNIQUE,
    review      jsonb  NOT NULL
);

-- The latest decision of every image, as read from Kafka: what lists are made of. It can be made anew.
CREATE TABLE casebook (
    tenant           text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    image_id         text        NOT NULL,
    content_sha256   text,
    uploader_id      text        NOT NULL,
    upload_topic     text,
    upload_partition integer,
    upload_offset    bigint,
    decision         text        NOT NULL,
    reason           text,
    labels           text[]      NOT NULL,
    score            double precision NOT NULL,
    decided_by       text        NOT NULL,
    by_person        boolean     NOT NULL,
    decided_at       timestamptz NOT NULL,
    audited          boolean     NOT NULL DEFAULT false,
    PRIMARY KEY (tenant, image_id)
);
CREATE INDEX casebook_time ON casebook (tenant, decided_at, image_id);
CREATE INDEX casebook_decision ON casebook (tenant, decision, decided_at, image_id);
CREATE INDEX casebook_uploader ON casebook (tenant, uploader_id, decided_at, image_id);
CREATE INDEX casebook_decider ON casebook (tenant, decided_by, decided_at, image_id) WHERE by_person;
CREATE INDEX casebook_audited ON casebook (tenant, decided_at, image_id) WHERE audited;

-- Audits that came before their image's decision.
CREATE TABLE audit_mark (
    tenant   text        NOT NULL,
    image_id text        NOT NULL,
    kinds    text[]      NOT NULL,
    at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, image_id)
);

-- Strikes of uploaders, as Kafka tells them.
CREATE TABLE uploader_strikes (
    tenant      text    NOT NULL,
    uploader_id text    NOT NULL,
    strikes     integer NOT NULL,
    PRIMARY KEY (tenant, uploader_id)
);

-- Up to where Kafka was read: written in the transaction that holds what was read.
CREATE TABLE intake_offset (
    topic       text    NOT NULL,
    partition   integer NOT NULL,
    next_offset bigint  NOT NULL,
    PRIMARY KEY (topic, partition)
);

CREATE TABLE audit_log (
    tenant   text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    position bigint      NOT NULL CHECK (position > 0),
    at       timestamptz NOT NULL,
    actor    text        NOT NULL,
    action   text        NOT NULL,
    subject  text        NOT NULL,
    details  text        NOT NULL,
    previous bytea       NOT NULL,
    hash     bytea       NOT NULL,
    PRIMARY KEY (tenant, position, at)
) PARTITION BY RANGE (at);

-- The end of each tenant's audit log; whoever appends holds its row.
CREATE TABLE audit_log_end (
    tenant   text   PRIMARY KEY,
    position bigint NOT NULL,
    at       timestamptz NOT NULL,
    hash     bytea  NOT NULL
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP; END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON decision FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER not_emptied BEFORE TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER not_emptied BEFORE TRUNCATE ON decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Makes the daily partitions from one day to another, both included. It runs as the owner, for the application owns
-- nothing.
CREATE FUNCTION make_partitions(first_day date, last_day date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${schema} SET timezone = 'UTC' AS $$
DECLARE
    parent text;
    child  text;
    day    date;
BEGIN
    IF last_day - first_day > 4000 THEN
        RAISE EXCEPTION 'at most 4000 days at once';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('bulwark partitions'));
    FOREACH parent IN ARRAY ARRAY['decision', 'audit_log'] LOOP
        FOR day IN SELECT generate_series(first_day, last_day, interval '1 day')::date LOOP
            child := parent || '_' || to_char(day, 'YYYYMMDD');
            IF to_regclass(child) IS NULL THEN
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                    child, parent, day::timestamptz, (day + 1)::timestamptz);
            END IF;
        END LOOP;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION make_partitions(date, date) FROM PUBLIC;
SELECT make_partitions((now() AT TIME ZONE 'UTC')::date, (now() AT TIME ZONE 'UTC')::date + 14);

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['queue_item', 'skip', 'note', 'report', 'golden_item', 'decision', 'bank_proposal', 'outbox',
            'casebook', 'audit_mark', 'uploader_strikes', 'audit_log', 'audit_log_end'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY own_rows ON %I USING (sees(tenant)) WITH CHECK (sees(tenant))', guarded);
    END LOOP;
END $$;

GRANT USAGE ON SCHEMA ${schema} TO "${application}";
GRANT EXECUTE ON FUNCTION make_partitions(date, date) TO "${application}";
GRANT SELECT, INSERT ON decision, audit_log, note, report TO "${application}";
GRANT SELECT, INSERT, UPDATE ON queue_item, bank_proposal, audit_log_end, uploader_strikes, intake_offset
    TO "${application}";
GRANT SELECT, INSERT, DELETE ON outbox TO "${application}";
GRANT SELECT, INSERT, UPDATE, DELETE ON skip, golden_item, casebook, audit_mark TO "${application}";
