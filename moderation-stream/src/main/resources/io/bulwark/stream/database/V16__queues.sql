-- Queues that a tenant's reviewers work on apart. An item is in the first queue, by position, whose rule it fits; what fits
-- none is in "default", which needs no row. The database routes, so that the rule that holds for a new item is the one that
-- holds for those that wait, whichever version of the application writes them.

-- Old pods work on until they are replaced. The queue waits while its indexes are made, some seconds for a million items.
SET LOCAL lock_timeout = '10s';

CREATE TABLE review_queue (
    tenant       text             NOT NULL CHECK (tenant NOT IN ('', '*')),
    name         text             NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
    position     integer          NOT NULL,
    labels       text[]           NOT NULL DEFAULT '{}',
    reasons      text[]           NOT NULL DEFAULT '{}',
    origins      text[]           NOT NULL DEFAULT '{}',
    score_from   double precision NOT NULL DEFAULT 0,
    score_to     double precision NOT NULL DEFAULT 1,
    strikes      integer          NOT NULL DEFAULT 0,
    reports      integer          NOT NULL DEFAULT 0,
    roles        text[]           NOT NULL DEFAULT '{}',
    head_start   integer          NOT NULL DEFAULT 0,
    deadline     integer,
    capacity     integer,
    escalates_to text,
    changed_by   text             NOT NULL,
    changed_at   timestamptz      NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, name)
);

-- Counts the changes of a tenant's rules. Items that were routed by an earlier version are routed again.
CREATE TABLE review_routing (
    tenant  text   PRIMARY KEY CHECK (tenant NOT IN ('', '*')),
    version bigint NOT NULL
);

-- "rank" includes the queue's head start, which "head_start" keeps, in seconds, so that it can be taken out again.
ALTER TABLE queue_item
    ADD COLUMN queue      text    NOT NULL DEFAULT 'default',
    ADD COLUMN head_start integer NOT NULL DEFAULT 0,
    ADD COLUMN due_at     timestamptz,
    ADD COLUMN overdue    boolean NOT NULL DEFAULT false,
    ADD COLUMN routed     bigint  NOT NULL DEFAULT 0;
-- The one order in which items are claimed. The index before it, without the queue, would be taken wherever statistics do
-- not know of queues yet, and walked to its end for an empty one.
CREATE INDEX queue_item_of_queue ON queue_item (tenant, queue, rank, item_id) WHERE stage <> 'CLOSED';
DROP INDEX queue_item_next;
CREATE INDEX queue_item_due ON queue_item (due_at) WHERE stage <> 'CLOSED' AND NOT overdue AND due_at IS NOT NULL;
CREATE INDEX queue_item_routed ON queue_item (tenant, routed) WHERE stage <> 'CLOSED' AND golden_for = '';
CREATE INDEX queue_item_held ON queue_item (tenant, lease_holder) WHERE stage <> 'CLOSED' AND lease_holder IS NOT NULL;
-- For decisions about all open items of one file.
CREATE INDEX queue_item_file ON queue_item (tenant, content_sha256, arrived_at, item_id)
    WHERE stage <> 'CLOSED' AND golden_for = '';
-- For draws, which go where the latest doubt went.
CREATE INDEX queue_item_doubts ON queue_item (tenant, arrived_at) WHERE stage <> 'CLOSED' AND golden_for = '' AND origins = '{REVIEW}';

-- Where a rule and its place among the rules leave room for a further item. Counts no further than to the capacity.
CREATE FUNCTION has_room(rule review_queue) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = ${schema}, pg_temp AS $$
    SELECT rule.capacity IS NULL OR (SELECT count(*) FROM (SELECT FROM queue_item filled WHERE filled.tenant = rule.tenant
        AND filled.queue = rule.name AND filled.stage <> 'CLOSED' AND filled.golden_for = '' LIMIT rule.capacity) places) < rule.capacity
$$;

-- Runs where a rank is written, which is then the rank without a head start. A golden copy stays where it was put. What was
-- drawn goes where the latest doubt went, because any rule that its values fit would tell it from doubts; without one, where
-- a doubt of its labels would go.
CREATE FUNCTION route_item() RETURNS trigger LANGUAGE plpgsql SET search_path = ${schema}, pg_temp AS $$
DECLARE
    rule   review_queue;
    chosen review_queue;
    higher review_queue;
    drawn  boolean := NEW.origins = '{SAMPLE}';
    doubts text;
BEGIN
    IF NEW.golden_for <> '' THEN
        RETURN NEW;
    END IF;
    NEW.routed := coalesce((SELECT version FROM review_routing WHERE tenant = NEW.tenant), 0);
    IF drawn THEN
        SELECT doubt.queue INTO doubts FROM queue_item doubt WHERE doubt.tenant = NEW.tenant AND doubt.stage <> 'CLOSED'
            AND doubt.golden_for = '' AND doubt.origins = '{REVIEW}' AND NOT doubt.overdue
            AND doubt.routed = NEW.routed ORDER BY doubt.arrived_at DESC LIMIT 1;
        SELECT * INTO chosen FROM review_queue WHERE tenant = NEW.tenant AND name = doubts;
    END IF;
    IF doubts IS NULL THEN
        FOR rule IN SELECT * FROM review_queue fits WHERE fits.tenant = NEW.tenant AND fits.name <> 'default'
                AND (fits.labels = '{}' OR fits.labels && NEW.labels)
                AND (fits.reasons = '{}' OR drawn OR NEW.machine_reason = ANY (fits.reasons))
                AND (fits.origins = '{}' OR fits.origins && CASE WHEN drawn THEN '{REVIEW}' ELSE NEW.origins END)
                AND (drawn OR NEW.score BETWEEN fits.score_from AND fits.score_to)
                AND NEW.strikes >= fits.strikes AND NEW.reports >= fits.reports
                ORDER BY fits.position, fits.name LOOP
            IF TG_OP = 'UPDATE' AND OLD.queue = rule.name AND OLD.stage <> 'CLOSED' OR has_room(rule) THEN
                chosen := rule;
                EXIT;
            END IF;
        END LOOP;
    END IF;
    IF chosen.name IS NULL THEN
        SELECT * INTO chosen FROM review_queue WHERE tenant = NEW.tenant AND name = 'default';
    END IF;
    NEW.due_at := NEW.arrived_at + make_interval(secs => chosen.deadline);
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
    NEW.head_start := coalesce(chosen.head_start, 0);
    NEW.rank := NEW.rank - make_interval(secs => NEW.head_start);
    RETURN NEW;
END $$;
CREATE TRIGGER routed BEFORE INSERT OR UPDATE OF rank ON queue_item FOR EACH ROW EXECUTE FUNCTION route_item();

ALTER TABLE review_queue ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON review_queue USING (sees(tenant)) WITH CHECK (sees(tenant));
ALTER TABLE review_routing ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON review_routing USING (sees(tenant)) WITH CHECK (sees(tenant));

GRANT SELECT, INSERT, UPDATE, DELETE ON review_queue TO "${application}";
GRANT SELECT, INSERT, UPDATE ON review_routing TO "${application}";
