-- What is late and went on to the queue that its own escalates to needs no room in its own. Without it an item whose queue had
-- filled up meanwhile went to the next rule that it fits at the next news of it, and lost deadline and escalation.
SET LOCAL lock_timeout = '10s';

-- As of V26, but for the room of what is late. It is repeated whole, as Flyway runs repeatable migrations at whatever version it
-- stops, which may be one without these tables.
CREATE OR REPLACE FUNCTION route_item() RETURNS trigger LANGUAGE plpgsql SET search_path = ${schema}, pg_temp AS $$
DECLARE
    rule      review_queue;
    chosen    review_queue;
    higher    review_queue;
    drawn     boolean := NEW.origins = '{SAMPLE}';
    doubts    text;
    owed      text[];
    owed_by   timestamptz;
    escalates timestamptz;
    earlier   integer;
    said      jsonb;
BEGIN
    IF NEW.golden_for <> '' THEN
        RETURN NEW;
    END IF;
    SELECT coalesce(array_agg(duty ORDER BY due_at, duty), '{}'), min(due_at), min(escalates_at), coalesce(max(head_start), 0)
        INTO owed, owed_by, escalates, earlier
        FROM duty_case WHERE tenant = NEW.tenant AND item_id = NEW.item_id AND closed_at IS NULL;
    NEW.duties := owed;
    NEW.duty_due := owed_by;
    -- The claim goes with it: its reviewer may not be a senior.
    IF NEW.stage IN ('FIRST', 'SECOND') AND escalates <= clock_timestamp() THEN
        NEW.stage := 'SENIOR';
        NEW.lease_id := NULL;
        NEW.lease_holder := NULL;
        NEW.lease_since := NULL;
        NEW.lease_until := NULL;
    END IF;
    NEW.routed := coalesce((SELECT version FROM review_routing WHERE tenant = NEW.tenant), 0);
    IF drawn THEN
        SELECT doubt.queue INTO doubts FROM queue_item doubt WHERE doubt.tenant = NEW.tenant AND doubt.stage <> 'CLOSED'
            AND doubt.golden_for = '' AND doubt.origins = '{REVIEW}' AND NOT doubt.overdue
            AND doubt.routed = NEW.routed ORDER BY doubt.arrived_at DESC LIMIT 1;
        SELECT * INTO chosen FROM review_queue WHERE tenant = NEW.tenant AND name = doubts;
    END IF;
    IF doubts IS NULL THEN
        SELECT attributes INTO said FROM upload_trait
            WHERE tenant = NEW.tenant AND image_id = NEW.image_id AND content_sha256 = NEW.content_sha256;
        FOR rule IN SELECT * FROM review_queue tried WHERE tried.tenant = NEW.tenant AND tried.name <> 'default'
                AND fits_rule(tried, NEW, drawn, owed, said) ORDER BY tried.position, tried.name LOOP
            IF TG_OP = 'UPDATE' AND OLD.stage <> 'CLOSED' AND (OLD.queue = rule.name
                    OR OLD.overdue AND rule.escalates_to IS NOT NULL) OR has_room(rule) THEN
                chosen := rule;
                EXIT;
            END IF;
        END LOOP;
    END IF;
    IF chosen.name IS NULL THEN
        SELECT * INTO chosen FROM review_queue WHERE tenant = NEW.tenant AND name = 'default';
    END IF;
    NEW.due_at := least(NEW.arrived_at + make_interval(secs => chosen.deadline), owed_by);
    -- Another arrival or deadline: whether it is late is asked again.
    IF TG_OP = 'UPDATE' AND NEW.due_at IS DISTINCT FROM OLD.due_at THEN
        NEW.overdue := false;
    END IF;
    IF NEW.overdue AND chosen.escalates_to IS NOT NULL THEN
        SELECT * INTO higher FROM review_queue WHERE tenant = NEW.tenant AND name = chosen.escalates_to;
        IF FOUND OR chosen.escalates_to = 'default' THEN
            chosen := higher;
        END IF;
    END IF;
    NEW.queue := coalesce(chosen.name, 'default');
    NEW.head_start := coalesce(chosen.head_start, 0) + earlier;
    NEW.rank := NEW.rank - make_interval(secs => NEW.head_start);
    RETURN NEW;
END $$;

-- What lost its place is routed again, page by page.
UPDATE review_routing SET version = version + 1;
