-- People's work ages. The application finds what has had its time and is on no hold; the owner deletes it, for the
-- application has no right to.

-- A mark is of the contents that were audited; none named is every content of the image. Versions before this one name none.
ALTER TABLE audit_mark ADD COLUMN contents text[] NOT NULL DEFAULT '{}';
CREATE INDEX audit_mark_age ON audit_mark (at);

-- Deletes what of an item is older than a time: the closed item itself with all that hangs on it, its reports, its notes, or
-- the decisions on it once the item is gone. Returns how many rows went.
CREATE FUNCTION expire(what text, of_tenant text, of_item uuid, older timestamptz) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${schema}, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    IF sees(of_tenant) IS NOT TRUE THEN
        RAISE EXCEPTION 'this transaction does not see tenant %', of_tenant;
    END IF;
    IF older > clock_timestamp() - interval '30 days' THEN
        RAISE EXCEPTION 'nothing expires before it is 30 days old';
    END IF;
    -- A transaction that reopens the item now ends first.
    PERFORM FROM queue_item WHERE tenant = of_tenant AND item_id = of_item FOR UPDATE;
    IF what = 'queue_item' THEN
        DELETE FROM queue_item WHERE tenant = of_tenant AND item_id = of_item AND stage = 'CLOSED' AND closed_at < older;
    ELSIF what = 'report' THEN
        DELETE FROM report WHERE tenant = of_tenant AND item_id = of_item AND at < older
            AND EXISTS (SELECT FROM queue_item item WHERE item.tenant = of_tenant AND item.item_id = of_item
                AND item.stage = 'CLOSED');
    ELSIF what = 'note' THEN
        DELETE FROM note WHERE tenant = of_tenant AND item_id = of_item AND at < older
            AND EXISTS (SELECT FROM queue_item item WHERE item.tenant = of_tenant AND item.item_id = of_item
                AND item.stage = 'CLOSED');
    ELSIF what = 'decision' THEN
        PERFORM set_config('bulwark.erasing', 'yes', true);
        DELETE FROM decision WHERE tenant = of_tenant AND item_id = of_item AND decided_at < older
            AND NOT EXISTS (SELECT FROM queue_item item WHERE item.tenant = of_tenant AND item.item_id = of_item)
            AND NOT EXISTS (SELECT FROM decision later WHERE later.tenant = of_tenant AND later.item_id = of_item
                AND later.decided_at >= older);
        GET DIAGNOSTICS gone = ROW_COUNT;
        PERFORM set_config('bulwark.erasing', '', true);
        RETURN gone;
    ELSE
        RAISE EXCEPTION 'rows of % do not expire', what;
    END IF;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;
REVOKE ALL ON FUNCTION expire(text, text, uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION expire(text, text, uuid, timestamptz) TO "${application}";
