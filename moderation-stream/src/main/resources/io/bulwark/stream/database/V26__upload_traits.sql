-- What a worker said of an upload besides its decision: the producer's attributes, by which rules of queues route, and the
-- look of its picture, by which near-equal ones are found.
SET LOCAL lock_timeout = '10s';

-- "look" has the bands of the perceptual key, each behind the first digits of the model's fingerprint: keys of different
-- models have none in common. It is empty where no person is asked to look.
CREATE TABLE upload_trait (
    tenant         text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    image_id       text        NOT NULL,
    content_sha256 text        NOT NULL CHECK (content_sha256 ~ '^[0-9a-f]{64}$'),
    uploader_id    text        NOT NULL,
    attributes     jsonb       NOT NULL DEFAULT '{}',
    look           text[]      NOT NULL DEFAULT '{}',
    at             timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, image_id, content_sha256)
);
CREATE INDEX upload_trait_uploader ON upload_trait (tenant, uploader_id);
CREATE INDEX upload_trait_age ON upload_trait (at);
CREATE INDEX upload_trait_look ON upload_trait USING gin (look) WHERE look <> '{}';
ALTER TABLE upload_trait ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON upload_trait USING (sees(tenant)) WITH CHECK (sees(tenant));
GRANT SELECT, INSERT, UPDATE, DELETE ON upload_trait TO "${application}";

-- Bits of 256 in which two looks differ.
CREATE FUNCTION look_distance(one text[], other text[]) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN cardinality(one) = 16 AND cardinality(other) = 16 THEN (SELECT sum(bit_count(
        ('x' || right(its.band, 4))::bit(16) # ('x' || right(theirs.band, 4))::bit(16)))::integer
        FROM unnest(one) WITH ORDINALITY AS its (band, place) JOIN unnest(other) WITH ORDINALITY AS theirs (band, place)
        USING (place)) ELSE 256 END
$$;

-- {"surface": ["ads", "profile"]}: the attribute "surface" is one of these.
ALTER TABLE review_queue ADD COLUMN attributes jsonb NOT NULL DEFAULT '{}';

-- Whether an item fits the conditions of a rule. A migration that adds a condition replaces this function alone. It names no
-- table and sets nothing, so that the planner takes it into the query. What was drawn fits as a doubt would.
CREATE FUNCTION fits_rule(rule review_queue, item queue_item, drawn boolean, owed text[], said jsonb) RETURNS boolean
    LANGUAGE sql STABLE AS $$
    SELECT (rule.labels = '{}' OR rule.labels && item.labels)
        AND (rule.reasons = '{}' OR drawn OR item.machine_reason = ANY (rule.reasons))
        AND (rule.origins = '{}' OR rule.origins && CASE WHEN drawn THEN '{REVIEW}' ELSE item.origins END)
        AND (rule.duties = '{}' OR rule.duties && owed)
        AND (drawn OR item.score BETWEEN rule.score_from AND rule.score_to)
        AND item.strikes >= rule.strikes AND item.reports >= rule.reports
        AND (rule.attributes = '{}' OR NOT EXISTS (SELECT FROM jsonb_each(rule.attributes) AS wanted
            WHERE (wanted.value @> to_jsonb(said ->> wanted.key)) IS NOT TRUE))
$$;

-- As of V19, with the conditions in a function, and by attributes too.
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
            IF TG_OP = 'UPDATE' AND OLD.queue = rule.name AND OLD.stage <> 'CLOSED' OR has_room(rule) THEN
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
