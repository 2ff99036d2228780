-- Every table that keeps data of an image or of its uploader, and which of its rows those are: $1 is the
-- tenant, $2 the id of the image or uploader. A new table is one line here. Erasures go down the list, so what is found by
-- way of queue_item stands before it. The audit log is no part of it: its rows name neither.
--
-- Where the image or uploader came again since an erasure was ordered, only what is older goes: what is of the time until
-- $3, or of other content of the image than $4, which is that of now.
DROP FUNCTION IF EXISTS personal_tables();
CREATE FUNCTION personal_tables() RETURNS TABLE (table_name text, of_image text, of_uploader text, older text)
    LANGUAGE sql IMMUTABLE AS $$ VALUES
    ('outbox',           'review->>''imageId'' = $2', 'kind = ''ACTION'' AND review->>''uploaderId'' = $2',
        'coalesce(review->>''contentSha256'', review->>''sourceSha256'') <> $4 OR to_timestamp((review->>''at'')::float8 / 1000) <= $3'),
    ('bank_proposal',    'image_id = $2',             NULL, 'content_sha256 <> $4 OR proposed_at <= $3'),
    ('skip',             'item_id IN (SELECT item_id FROM queue_item WHERE tenant = $1 AND image_id = $2)', NULL,
        'at <= $3 OR item_id IN (SELECT item_id FROM queue_item WHERE tenant = $1 AND image_id = $2 AND content_sha256 <> $4)'),
    ('note',             'item_id IN (SELECT item_id FROM queue_item WHERE tenant = $1 AND image_id = $2)', NULL,
        'at <= $3 OR item_id IN (SELECT item_id FROM queue_item WHERE tenant = $1 AND image_id = $2 AND content_sha256 <> $4)'),
    ('report',           'item_id IN (SELECT item_id FROM queue_item WHERE tenant = $1 AND image_id = $2)', 'reporter = $2',
        'at <= $3 OR item_id IN (SELECT item_id FROM queue_item WHERE tenant = $1 AND image_id = $2 AND content_sha256 <> $4)'),
    ('early_report',     'image_id = $2',             'reporter = $2', 'content_sha256 <> $4 OR at <= $3'),
    ('evidence',         'image_id = $2',             NULL, 'content_sha256 <> $4'),
    ('duty_case',        'item_id IN (SELECT item_id FROM queue_item WHERE tenant = $1 AND image_id = $2)', NULL,
        'received_at <= $3 OR item_id IN (SELECT item_id FROM queue_item WHERE tenant = $1 AND image_id = $2 AND content_sha256 <> $4)'),
    ('removed_copy',     'image_id = $2',             NULL, 'content_sha256 <> $4 OR at <= $3'),
    ('statement',        'image_id = $2',             NULL, 'content_sha256 <> $4 OR decided_at <= $3'),
    ('decision',         'image_id = $2',             NULL, 'content_sha256 <> $4 OR decided_at <= $3'),
    ('golden_item',      'image_id = $2',             'uploader_id = $2', 'content_sha256 <> $4 OR added_at <= $3'),
    ('queue_item',       'image_id = $2',             'uploader_id = $2',
        'content_sha256 <> $4 OR closed_at <= $3 OR golden_for <> '''' AND arrived_at <= $3 OR decision_id IS NOT NULL'
        ' AND NOT EXISTS (SELECT FROM decision made WHERE made.tenant = $1 AND made.item_id = queue_item.item_id'
        ' AND made.decision_id = queue_item.decision_id)'),
    ('casebook',         'image_id = $2',             'uploader_id = $2', 'decided_at <= $3'),
    ('upload_trait',     'image_id = $2',             'uploader_id = $2', 'content_sha256 <> $4 OR at <= $3'),
    ('drift_picture',    'image_id = $2',             'uploader_id = $2', 'at <= $3'),
    ('audit_mark',       'image_id = $2',             NULL, 'at <= $3'),
    ('uploader_strikes', NULL,                        'uploader_id = $2', 'at <= $3'),
    ('account_due',      NULL,                        'uploader_id = $2', 'at <= $3'),
    ('account_strike',   'image_id = $2',             'uploader_id = $2', 'content_sha256 <> $4 OR at <= $3'),
    ('account_ground',   'image_id = $2',             'uploader_id = $2', 'content_sha256 <> $4 OR at <= $3'),
    ('account_appeal',   NULL,                        'uploader_id = $2', 'at <= $3'),
    ('account_action',   NULL,                        'uploader_id = $2', 'taken_at <= $3')
$$;

-- Which of their rows an image (by_what = 'image') or uploader ('uploader') has, table by table.
CREATE OR REPLACE FUNCTION count_rows(of_tenant text, by_what text, id text)
    RETURNS TABLE (table_name text, row_count bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${schema}, pg_temp AS $$
DECLARE
    kept record;
BEGIN
    IF sees(of_tenant) IS NOT TRUE THEN
        RAISE EXCEPTION 'this transaction does not see tenant %', of_tenant;
    END IF;
    FOR kept IN SELECT t.table_name, CASE by_what WHEN 'image' THEN t.of_image ELSE t.of_uploader END AS those
            FROM personal_tables() t LOOP
        CONTINUE WHEN kept.those IS NULL;
        table_name := kept.table_name;
        EXECUTE format('SELECT count(*) FROM %I WHERE tenant = $1 AND (%s)', kept.table_name, kept.those)
            INTO row_count USING of_tenant, id;
        RETURN NEXT;
    END LOOP;
END $$;

-- Erases them, all or what is older, and says how many rows went.
DROP FUNCTION IF EXISTS erase_rows(text, text, text);
CREATE OR REPLACE FUNCTION erase_rows(of_tenant text, by_what text, id text,
        until timestamptz DEFAULT 'infinity', in_force text DEFAULT NULL)
    RETURNS TABLE (table_name text, row_count bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${schema}, pg_temp AS $$
DECLARE
    kept record;
BEGIN
    IF sees(of_tenant) IS NOT TRUE THEN
        RAISE EXCEPTION 'this transaction does not see tenant %', of_tenant;
    END IF;
    -- Waits for actions on the account in progress, which come one after another by this lock.
    IF by_what = 'uploader' THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(of_tenant || chr(10) || id, 24));
    END IF;
    -- Waits for decisions and approvals in progress, so that their rows are erased too.
    PERFORM FROM queue_item WHERE tenant = of_tenant AND by_what = 'image' AND image_id = id ORDER BY item_id FOR UPDATE;
    PERFORM FROM bank_proposal WHERE tenant = of_tenant AND by_what = 'image' AND image_id = id ORDER BY decision_id FOR UPDATE;
    PERFORM set_config('bulwark.erasing', 'yes', true);
    FOR kept IN SELECT t.table_name, CASE by_what WHEN 'image' THEN t.of_image ELSE t.of_uploader END AS those, t.older
            FROM personal_tables() t LOOP
        CONTINUE WHEN kept.those IS NULL;
        table_name := kept.table_name;
        EXECUTE format('DELETE FROM %I WHERE tenant = $1 AND (%s) AND ($3 = ''infinity'' OR %s)',
            kept.table_name, kept.those, kept.older) USING of_tenant, id, until, in_force;
        GET DIAGNOSTICS row_count = ROW_COUNT;
        RETURN NEXT;
    END LOOP;
    PERFORM set_config('bulwark.erasing', '', true);
END $$;

-- The different values of one column in those rows, of the tables that have such a column; of an uploader in the rows of
-- what they uploaded, and not of what they reported.
CREATE OR REPLACE FUNCTION personal_values(of_tenant text, wanted text, by_what text, id text) RETURNS SETOF text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${schema}, pg_temp AS $$
DECLARE
    kept record;
BEGIN
    IF sees(of_tenant) IS NOT TRUE THEN
        RAISE EXCEPTION 'this transaction does not see tenant %', of_tenant;
    END IF;
    FOR kept IN SELECT t.table_name, CASE by_what WHEN 'image' THEN t.of_image ELSE t.of_uploader END AS those
            FROM personal_tables() t
            WHERE EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = to_regclass(t.table_name)
                    AND a.attname = wanted AND NOT a.attisdropped)
                AND (by_what = 'image' OR t.of_uploader = 'uploader_id = $2') LOOP
        CONTINUE WHEN kept.those IS NULL;
        RETURN QUERY EXECUTE format('SELECT DISTINCT %I::text FROM %I WHERE tenant = $1 AND (%s) AND %1$I IS NOT NULL',
            wanted, kept.table_name, kept.those) USING of_tenant, id;
    END LOOP;
END $$;

REVOKE ALL ON FUNCTION count_rows(text, text, text), erase_rows(text, text, text, timestamptz, text),
    personal_values(text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION count_rows(text, text, text), erase_rows(text, text, text, timestamptz, text),
    personal_values(text, text, text, text) TO "${application}";
