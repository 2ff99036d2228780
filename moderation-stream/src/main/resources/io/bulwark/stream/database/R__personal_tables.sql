-- Every table that keeps something of an image or of whoever uploaded it, and which of its rows those are: $1 is the
-- tenant, $2 the id of the image or uploader. A new table is one line here. Erasures go down the list, so what is found by
-- way of queue_item stands before it. The audit log is no part of it: its rows name neither.
CREATE OR REPLACE FUNCTION personal_tables() RETURNS TABLE (table_name text, of_image text, of_uploader text)
    LANGUAGE sql IMMUTABLE AS $$ VALUES
    ('outbox',           'review->>''imageId'' = $2', NULL),
    ('bank_proposal',    'image_id = $2',             NULL),
    ('skip',             'item_id IN (SELECT item_id FROM queue_item WHERE tenant = $1 AND image_id = $2)', NULL),
    ('note',             'item_id IN (SELECT item_id FROM queue_item WHERE tenant = $1 AND image_id = $2)', NULL),
    ('report',           'item_id IN (SELECT item_id FROM queue_item WHERE tenant = $1 AND image_id = $2)', 'reporter = $2'),
    ('early_report',     'image_id = $2',             'reporter = $2'),
    ('evidence',         'image_id = $2',             NULL),
    ('decision',         'image_id = $2',             NULL),
    ('golden_item',      'image_id = $2',             'uploader_id = $2'),
    ('queue_item',       'image_id = $2',             'uploader_id = $2'),
    ('casebook',         'image_id = $2',             'uploader_id = $2'),
    ('audit_mark',       'image_id = $2',             NULL),
    ('uploader_strikes', NULL,                        'uploader_id = $2')
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

-- Erases them, and says how many rows went.
CREATE OR REPLACE FUNCTION erase_rows(of_tenant text, by_what text, id text)
    RETURNS TABLE (table_name text, row_count bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${schema}, pg_temp AS $$
DECLARE
    kept record;
BEGIN
    IF sees(of_tenant) IS NOT TRUE THEN
        RAISE EXCEPTION 'this transaction does not see tenant %', of_tenant;
    END IF;
    -- Whoever decides or approves now is done first, and what they leave goes with the rest.
    PERFORM FROM queue_item WHERE tenant = of_tenant AND by_what = 'image' AND image_id = id ORDER BY item_id FOR UPDATE;
    PERFORM FROM bank_proposal WHERE tenant = of_tenant AND by_what = 'image' AND image_id = id ORDER BY decision_id FOR UPDATE;
    PERFORM set_config('bulwark.erasing', 'yes', true);
    FOR kept IN SELECT t.table_name, CASE by_what WHEN 'image' THEN t.of_image ELSE t.of_uploader END AS those
            FROM personal_tables() t LOOP
        CONTINUE WHEN kept.those IS NULL;
        table_name := kept.table_name;
        EXECUTE format('DELETE FROM %I WHERE tenant = $1 AND (%s)', kept.table_name, kept.those)
            USING of_tenant, id;
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

REVOKE ALL ON FUNCTION count_rows(text, text, text), erase_rows(text, text, text),
    personal_values(text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION count_rows(text, text, text), erase_rows(text, text, text),
    personal_values(text, text, text, text) TO "${application}";
