-- Queues that a tenant's reviewers work on apart. An item is in the first queue, by position, whose rule it fits; what fits
-- none is in "default", which needs no row. The database routes, so that the rule that holds for a new item is the one that
-- holds for those that wait, whichever version of the application writes them.

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
CREATE INDEX queue_item_of_queue ON queue_item (tenant, queue, rank, item_id) WHERE stage <> 'CLOSED';
CREATE INDEX queue_item_due ON queue_item (due_at) WHERE stage <> 'CLOSED' AND NOT overdue AND due_at IS NOT NULL;
CREATE INDEX queue_item_routed ON queue_item (tenant, routed) WHERE stage <> 'CLOSED' AND golden_for = '';

-- For decisions about all items of one file.
CREATE INDEX queue_item_content ON queue_item (tenant, content_sha256);

-- Runs where a rank is written, which is then the rank without a head start. A golden copy stays where it was put. What was
-- drawn looks like a doubt: it follows rules about reviews, and none about scores, because its score would give it away.
CREATE FUNCTION route_item() RETURNS trigger LANGUAGE plpgsql SET search_path = ${schema}, pg_temp AS $$
DECLARE
    chosen review_queue;
    higher review_queue;
    drawn  boolean := NEW.origins = '{SAMPLE}';
BEGIN
    IF NEW.golden_for <> '' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.arrived_at <> OLD.arrived_at THEN
        NEW.overdue := false;
    END IF;
    NEW.routed := coalesce((SELECT version FROM review_routing WHERE tenant = NEW.tenant), 0);
    SELECT * INTO chosen FROM review_queue rule WHERE rule.tenant = NEW.tenant AND rule.name <> 'default'
        AND (rule.labels = '{}' OR rule.labels && NEW.labels)
        AND (rule.reasons = '{}'
            OR CASE WHEN drawn THEN coalesce(NEW.machine_reason, 'UNCERTAIN') ELSE NEW.machine_reason END = ANY (rule.reasons))
        AND (rule.origins = '{}' OR rule.origins && CASE WHEN drawn THEN '{REVIEW}' ELSE NEW.origins END)
        AND (rule.score_from <= 0 AND rule.score_to >= 1 OR NOT drawn AND NEW.score BETWEEN rule.score_from AND rule.score_to)
        AND NEW.strikes >= rule.strikes AND NEW.reports >= rule.reports
        AND (rule.capacity IS NULL OR TG_OP = 'UPDATE' AND OLD.queue = rule.name AND OLD.stage <> 'CLOSED'
            OR (SELECT count(*) FROM (SELECT FROM queue_item filled WHERE filled.tenant = NEW.tenant
                AND filled.queue = rule.name AND filled.stage <> 'CLOSED' LIMIT rule.capacity) places) < rule.capacity)
        ORDER BY rule.position, rule.name LIMIT 1;
    IF NOT FOUND THEN
        SELECT * INTO chosen FROM review_queue WHERE tenant = NEW.tenant AND name = 'default';
    END IF;
    NEW.due_at := NEW.arrived_at + make_interval(secs => chosen.deadline);
    IF NEW.overdue AND chosen.escalates_to IS NOT NULL THEN
        SELECT * INTO higher FROM review_queue WHERE tenant = NEW.tenant AND name = chosen.escalates_to;
        IF FOUND THEN
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
