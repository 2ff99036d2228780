-- What has a deadline counts as arrived eight hours before it, unless its score and its head start put it earlier still. So of
-- two items the one that has to be decided first comes first, whatever their scores, and what is due in a day waits beside
-- the others until then. It is part of the head start, so that it can be taken out again.
SET LOCAL lock_timeout = '10s';

CREATE FUNCTION rank_by_deadline() RETURNS trigger LANGUAGE plpgsql SET search_path = ${schema}, pg_temp AS $$
DECLARE
    earlier integer;
BEGIN
    IF NEW.golden_for = '' AND NEW.due_at - interval '8 hours' < NEW.rank THEN
        earlier := ceil(extract(epoch FROM NEW.rank - (NEW.due_at - interval '8 hours')));
        NEW.head_start := NEW.head_start + earlier;
        NEW.rank := NEW.rank - make_interval(secs => earlier);
    END IF;
    RETURN NEW;
END $$;

-- After "routed", which says when the item is due: triggers run in the order of their names.
CREATE TRIGGER routed_by_deadline BEFORE INSERT OR UPDATE OF rank ON queue_item FOR EACH ROW
    EXECUTE FUNCTION rank_by_deadline();

-- What waits is ranked again, page by page.
UPDATE review_routing SET version = version + 1;
