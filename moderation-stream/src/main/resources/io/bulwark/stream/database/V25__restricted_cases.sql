-- Cases that a provider's designated staff alone may see. A transaction sees their rows only where it says that it works on
-- them (in_lane), so that no query of another part finds any, not even by a join. Nothing here is in personal_tables():
-- what the law orders to be kept goes at the end of its time, by destroy_case.

CREATE FUNCTION in_lane() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT current_setting('bulwark.lane', true) = 'restricted'
$$;

-- decision: what the first person said, AUTOMATIC where a match was reported before a person looked. checked: whether a
-- second person agreed. A case whose NOT_CONFIRMED two people agree on is lifted. file: whether the vault has the file.
CREATE TABLE restricted_case (
    tenant           text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    case_id          uuid        NOT NULL DEFAULT gen_random_uuid(),
    image_id         text        NOT NULL,
    uploader_id      text        NOT NULL,
    content_sha256   text        NOT NULL DEFAULT '',
    label            text        NOT NULL,
    list             text,
    entry            text,
    hash_kind        text,
    severity         text,
    verified         boolean     NOT NULL DEFAULT false,
    adult            boolean     NOT NULL DEFAULT false, -- a list about adults: never reported
    upload_topic     text,
    upload_partition int,
    upload_offset    bigint,
    uploaded_at      timestamptz NOT NULL,
    opened_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    state            text        NOT NULL DEFAULT 'OPEN' CHECK (state IN ('OPEN', 'SECOND', 'CLOSED', 'LIFTED', 'ENDING')),
    file             text        NOT NULL DEFAULT 'WANTED' CHECK (file IN ('WANTED', 'KEPT', 'GONE')),
    file_tries       int         NOT NULL DEFAULT 0,
    file_next        timestamptz NOT NULL DEFAULT clock_timestamp(),
    file_trouble     text,
    decision         text CHECK (decision IN ('CONFIRMED', 'NOT_CONFIRMED', 'AUTOMATIC')),
    decided_by       text,
    decided_at       timestamptz,
    viewed           boolean     NOT NULL DEFAULT false,
    checked          text CHECK (checked IN ('CONFIRMED', 'NOT_CONFIRMED')),
    checked_by       text,
    checked_at       timestamptz,
    lease_id         uuid,
    lease_holder     text,
    lease_until      timestamptz,
    held             boolean     NOT NULL DEFAULT false,
    hold_until       timestamptz,
    hold_ground      text,
    erasing          boolean     NOT NULL DEFAULT false, -- whether its image's erasure was ordered
    PRIMARY KEY (tenant, case_id)
);
-- A file that comes again while its case ends has a new one.
CREATE UNIQUE INDEX restricted_case_image ON restricted_case (tenant, image_id, content_sha256)
    WHERE state NOT IN ('LIFTED', 'ENDING');
CREATE INDEX restricted_case_content ON restricted_case (tenant, content_sha256);
CREATE INDEX restricted_case_age ON restricted_case (opened_at);
CREATE INDEX restricted_case_open ON restricted_case (tenant, opened_at) WHERE state IN ('OPEN', 'SECOND');

-- The file of a case, sealed with keys of the vault. "original" is false for a picture that the preview made of it.
CREATE TABLE restricted_file (
    tenant   text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    case_id  uuid        NOT NULL,
    original boolean     NOT NULL,
    key_id   text        NOT NULL,
    sealed   bytea       NOT NULL,
    kept_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, case_id),
    FOREIGN KEY (tenant, case_id) REFERENCES restricted_case (tenant, case_id)
);

-- The report about a case. "step" is the last call that the receiver answered, "calling" the one that is under way: where
-- both are there after a restart, it is not known whether that call reached the receiver. "stopped": a person did not
-- confirm the case, so an unfinished report is taken back. "restarts": how often one was begun again since a person ordered it.
CREATE TABLE restricted_report (
    tenant      text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    case_id     uuid        NOT NULL,
    step        text        NOT NULL DEFAULT 'OPENED'
        CHECK (step IN ('OPENED', 'SUBMITTED', 'UPLOADED', 'FILEINFO', 'FINISHED', 'REFUSED', 'STOPPED')),
    calling     text CHECK (calling IN ('SUBMIT', 'UPLOAD', 'FILEINFO', 'FINISH', 'RETRACT')),
    report_id   text,
    file_id     text,
    abandoned   text[]      NOT NULL DEFAULT '{}',
    viewed      boolean     NOT NULL,
    ordered_by  text        NOT NULL,
    stopped     boolean     NOT NULL DEFAULT false,
    restarts    int         NOT NULL DEFAULT 0,
    wanted_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    tries       int         NOT NULL DEFAULT 0,
    next_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    trouble     text,
    sent_sha256 text,
    finished_at timestamptz,
    PRIMARY KEY (tenant, case_id),
    FOREIGN KEY (tenant, case_id) REFERENCES restricted_case (tenant, case_id)
);
CREATE INDEX restricted_report_waiting ON restricted_report (next_at)
    WHERE step NOT IN ('FINISHED', 'REFUSED', 'STOPPED');

-- What is left of a case: that it was, and that it was destroyed. Names neither image nor uploader, and has no hash.
CREATE TABLE restricted_destruction (
    tenant       text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    case_id      uuid        NOT NULL,
    opened_at    timestamptz NOT NULL,
    report_id    text,
    finished_at  timestamptz,
    ground       text        NOT NULL,
    destroyed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, case_id)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON restricted_destruction FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER not_emptied BEFORE TRUNCATE ON restricted_destruction FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Marks the orders of designated staff on moderation.reviews: no other writer of that topic can lift a restriction.
CREATE TABLE restricted_order_key (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    key      bytea   NOT NULL DEFAULT decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')
);
INSERT INTO restricted_order_key DEFAULT VALUES;

ALTER TABLE restricted_order_key ENABLE ROW LEVEL SECURITY;
CREATE POLICY in_lane ON restricted_order_key USING (in_lane());
ALTER TABLE restricted_case ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON restricted_case USING (sees(tenant) AND in_lane()) WITH CHECK (sees(tenant) AND in_lane());
ALTER TABLE restricted_file ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON restricted_file USING (sees(tenant) AND in_lane()) WITH CHECK (sees(tenant) AND in_lane());
ALTER TABLE restricted_report ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON restricted_report USING (sees(tenant) AND in_lane()) WITH CHECK (sees(tenant) AND in_lane());
ALTER TABLE restricted_destruction ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON restricted_destruction USING (sees(tenant) AND in_lane()) WITH CHECK (sees(tenant) AND in_lane());

GRANT SELECT, INSERT, UPDATE, DELETE ON restricted_case, restricted_file, restricted_report TO "${application}";
GRANT SELECT ON restricted_order_key TO "${application}";
GRANT SELECT, INSERT ON restricted_destruction TO "${application}";

-- Takes a content out of people's work: every row that names its hash, with what hangs on its items. Says how many.
CREATE FUNCTION forget_content(of_tenant text, sha256 text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${schema}, pg_temp AS $$
DECLARE
    kept record;
    those text;
    gone bigint;
    rows bigint := 0;
BEGIN
    IF sees(of_tenant) IS NOT TRUE THEN
        RAISE EXCEPTION 'this transaction does not see tenant %', of_tenant;
    END IF;
    PERFORM FROM queue_item WHERE tenant = of_tenant AND content_sha256 = sha256 ORDER BY item_id FOR UPDATE;
    PERFORM set_config('bulwark.erasing', 'yes', true);
    -- It has no hash: its features are those of the image's latest content.
    DELETE FROM drift_picture picture USING casebook judged WHERE picture.tenant = of_tenant AND judged.tenant = of_tenant
        AND judged.content_sha256 = sha256 AND judged.image_id = picture.image_id;
    FOR kept IN SELECT t.table_name, t.of_image FROM personal_tables() t WHERE t.of_image IS NOT NULL LOOP
        those := CASE
            WHEN kept.table_name = 'audit_mark' THEN '$2 = ANY (contents)'
            WHEN kept.table_name = 'outbox' THEN 'coalesce(review->>''contentSha256'', review->>''sourceSha256'') = $2'
            WHEN EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = to_regclass(kept.table_name)
                    AND a.attname = 'content_sha256' AND NOT a.attisdropped) THEN 'content_sha256 = $2'
            WHEN kept.of_image LIKE 'item_id IN%' THEN
                'item_id IN (SELECT item_id FROM queue_item WHERE tenant = $1 AND content_sha256 = $2)'
        END;
        CONTINUE WHEN those IS NULL;
        EXECUTE format('DELETE FROM %I WHERE tenant = $1 AND (%s)', kept.table_name, those) USING of_tenant, sha256;
        GET DIAGNOSTICS gone = ROW_COUNT;
        rows := rows + gone;
    END LOOP;
    PERFORM set_config('bulwark.erasing', '', true);
    RETURN rows;
END $$;
REVOKE ALL ON FUNCTION forget_content(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_content(text, text) TO "${application}";
