-- Duties: items with a clock that law or an authority sets. A duty is opened by a report or an appeal that names it, and is
-- closed with its item, whichever version of the application decides that. The database keeps the clock, so that older
-- versions route, escalate and close such items as this one does.

-- Old pods work on until they are replaced. The queue waits while the columns are added, not while anything is copied.
SET LOCAL lock_timeout = '10s';

-- What holds where a tenant says nothing else; times in seconds. Without "escalates_after" only a reviewer or a queue's rule
-- hands such an item to the seniors.
CREATE TABLE duty_kind (
    duty            text    PRIMARY KEY,
    deadline        integer NOT NULL,
    head_start      integer NOT NULL,
    escalates_after integer,
    ground          text    NOT NULL
);
INSERT INTO duty_kind VALUES
    ('IMMINENT_HARM',     3600, 604800,      0, 'LAW'),
    ('ORDER',             3600, 604800,      0, 'LAW'),
    ('INTIMATE_IMAGE',  172800, 172800,  86400, 'LAW'),
    ('TRUSTED_NOTICE',   86400,  86400,  64800, 'LAW'),
    ('NOTICE',          259200,  21600, 172800, 'LAW'),
    ('COMPLAINT',       604800,  21600,   NULL, 'TERMS');

CREATE TABLE review_duty (
    tenant          text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    duty            text        NOT NULL REFERENCES duty_kind,
    deadline        integer     NOT NULL CHECK (deadline > 0),
    head_start      integer     NOT NULL,
    escalates_after integer,
    ground          text        NOT NULL CHECK (ground IN ('LAW', 'TERMS')),
    changed_by      text        NOT NULL,
    changed_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, duty)
);

-- One clock. It keeps the times that held when it began.
CREATE TABLE duty_case (
    tenant       text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    item_id      uuid        NOT NULL,
    duty         text        NOT NULL REFERENCES duty_kind,
    received_at  timestamptz NOT NULL,
    opened_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    due_at       timestamptz NOT NULL,
    escalates_at timestamptz,
    head_start   integer     NOT NULL,
    ground       text        NOT NULL,
    closed_at    timestamptz,
    decision_id  uuid,
    PRIMARY KEY (tenant, item_id, duty, opened_at),
    FOREIGN KEY (tenant, item_id) REFERENCES queue_item ON DELETE CASCADE
);
CREATE UNIQUE INDEX duty_case_open ON duty_case (tenant, item_id, duty) WHERE closed_at IS NULL;
CREATE INDEX duty_case_due ON duty_case (due_at) WHERE closed_at IS NULL;
CREATE INDEX duty_case_escalates ON duty_case (escalates_at) WHERE closed_at IS NULL;
CREATE INDEX duty_case_closed ON duty_case (closed_at) WHERE closed_at IS NOT NULL;

-- The rules of a tenant's duties.
CREATE FUNCTION duty_rules(of_tenant text) RETURNS TABLE (duty text, deadline integer, head_start integer,
        escalates_after integer, ground text, changed_by text, changed_at timestamptz)
    LANGUAGE sql STABLE SET search_path = ${schema}, pg_temp AS $$
    SELECT kind.duty, coalesce(own.deadline, kind.deadline), coalesce(own.head_start, kind.head_start),
        CASE WHEN own.duty IS NULL THEN kind.escalates_after ELSE own.escalates_after END,
        coalesce(own.ground, kind.ground), own.changed_by, own.changed_at
    FROM duty_kind kind LEFT JOIN review_duty own ON own.tenant = of_tenant AND own.duty = kind.duty
$$;

-- A person may send a plain report and a duty about the same content. Versions before this one send no duty.
ALTER TABLE report ADD COLUMN duty text NOT NULL DEFAULT '';
ALTER TABLE report DROP CONSTRAINT report_pkey, ADD PRIMARY KEY (tenant, item_id, kind, reporter, duty);
ALTER TABLE early_report ADD COLUMN duty text NOT NULL DEFAULT '', ADD COLUMN received_at timestamptz;
DROP INDEX early_report_once;
CREATE UNIQUE INDEX early_report_once
    ON early_report (tenant, image_id, kind, reporter, duty, coalesce(content_sha256, ''));

-- The open duties of an item, and the deadline of the first of them.
ALTER TABLE queue_item ADD COLUMN duties text[] NOT NULL DEFAULT '{}', ADD COLUMN duty_due timestamptz;
ALTER TABLE review_queue ADD COLUMN duties text[] NOT NULL DEFAULT '{}';

-- As of V16, and by duties too.
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
        FOR rule IN SELECT * FROM review_queue fits WHERE fits.tenant = NEW.tenant AND fits.name <> 'default'
                AND (fits.labels = '{}' OR fits.labels && NEW.labels)
                AND (fits.reasons = '{}' OR drawn OR NEW.machine_reason = ANY (fits.reasons))
                AND (fits.origins = '{}' OR fits.origins && CASE WHEN drawn THEN '{REVIEW}' ELSE NEW.origins END)
                AND (fits.duties = '{}' OR fits.duties && owed)
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

-- Closing an item ends its clocks, with the decision that answers them; without one where other content came. An undo has
-- the clocks that it ended run on, one a duty: there may be several ended ones. A further report about a closed item does not.
CREATE FUNCTION close_duties() RETURNS trigger LANGUAGE plpgsql SET search_path = ${schema}, pg_temp AS $$
BEGIN
    IF NEW.stage = 'CLOSED' THEN
        UPDATE duty_case SET closed_at = clock_timestamp(),
            decision_id = CASE WHEN NEW.decision_id IS DISTINCT FROM OLD.decision_id THEN NEW.decision_id END
            WHERE tenant = NEW.tenant AND item_id = NEW.item_id AND closed_at IS NULL;
    ELSIF NEW.decision_id IS DISTINCT FROM OLD.decision_id THEN
        UPDATE duty_case again SET closed_at = NULL, decision_id = NULL
            FROM (SELECT DISTINCT ON (duty) duty, opened_at FROM duty_case WHERE tenant = NEW.tenant
                AND item_id = NEW.item_id AND decision_id = OLD.decision_id ORDER BY duty, due_at, opened_at) earliest
            WHERE again.tenant = NEW.tenant AND again.item_id = NEW.item_id AND again.duty = earliest.duty
            AND again.opened_at = earliest.opened_at AND NOT EXISTS (SELECT FROM duty_case other WHERE other.tenant = again.tenant AND other.item_id = again.item_id
                AND other.duty = again.duty AND other.closed_at IS NULL);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER duties_closed AFTER UPDATE OF stage ON queue_item FOR EACH ROW
    WHEN (OLD.stage IS DISTINCT FROM NEW.stage AND (OLD.stage = 'CLOSED' OR NEW.stage = 'CLOSED'))
    EXECUTE FUNCTION close_duties();

-- Files that a person called NSFW on the notice of an intimate image: every image with the same bytes is decided so too,
-- earlier and later ones. It names no image, and an erasure leaves it: the copies of others stay forbidden.
CREATE TABLE removed_content (
    tenant         text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    content_sha256 text        NOT NULL CHECK (content_sha256 ~ '^[0-9a-f]{64}$'),
    item_id        uuid        NOT NULL,
    decision_id    uuid        NOT NULL,
    reviewer       text        NOT NULL,
    stage          text        NOT NULL,
    labels         text[]      NOT NULL,
    decided_at     timestamptz NOT NULL,
    PRIMARY KEY (tenant, content_sha256, item_id)
);

-- The copies that were decided so. "lifted_by" took the decision back; then that of the copy is taken back too.
CREATE TABLE removed_copy (
    tenant         text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    image_id       text        NOT NULL,
    content_sha256 text        NOT NULL,
    item_id        uuid        NOT NULL,
    decision_id    uuid        NOT NULL,
    lifted_by      text,
    at             timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, image_id, content_sha256)
);
CREATE INDEX removed_copy_of_content ON removed_copy (tenant, content_sha256);
CREATE INDEX removed_copy_lifted ON removed_copy (at) WHERE lifted_by IS NOT NULL;

-- The reasons of each restriction, a row for each decision NSFW in force. It names neither uploader nor reporter.
CREATE TABLE statement (
    tenant         text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    image_id       text        NOT NULL,
    content_sha256 text        NOT NULL,
    decided_at     timestamptz NOT NULL,
    automated      boolean     NOT NULL,
    source         text        NOT NULL,
    ground         text        NOT NULL,
    labels         text[]      NOT NULL,
    words_version  bigint      NOT NULL,
    program        text,
    lifted_at      timestamptz,
    PRIMARY KEY (tenant, image_id, content_sha256, decided_at)
);
CREATE INDEX statement_time ON statement (tenant, decided_at, image_id);

CREATE FUNCTION lift_statement() RETURNS trigger LANGUAGE plpgsql SET search_path = ${schema}, pg_temp AS $$
BEGIN
    UPDATE statement SET lifted_at = NEW.decided_at WHERE tenant = NEW.tenant AND image_id = NEW.image_id
        AND lifted_at IS NULL AND decided_at <= NEW.decided_at;
    RETURN NULL;
END $$;
CREATE TRIGGER statement_lifted AFTER UPDATE OF decision ON casebook FOR EACH ROW
    WHEN (OLD.decision = 'NSFW' AND NEW.decision <> 'NSFW' AND OLD.content_sha256 IS NOT DISTINCT FROM NEW.content_sha256)
    EXECUTE FUNCTION lift_statement();

-- The casebook by content, made beside the work where there are rows.
CREATE OR REPLACE FUNCTION index_casebook() RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${schema}, pg_temp SET lock_timeout = '2s' AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('bulwark casebook')) THEN
        RETURN 'busy';
    END IF;
    IF to_regclass('casebook_labels') IS NULL THEN
        CREATE INDEX casebook_labels ON casebook USING gin (labels);
        RETURN 'casebook_labels';
    END IF;
    IF to_regclass('casebook_reason') IS NULL THEN
        CREATE INDEX casebook_reason ON casebook (tenant, reason, decided_at, image_id) WHERE reason IS NOT NULL;
        RETURN 'casebook_reason';
    END IF;
    IF to_regclass('casebook_content') IS NULL THEN
        CREATE INDEX casebook_content ON casebook (tenant, content_sha256) WHERE content_sha256 IS NOT NULL;
        RETURN 'casebook_content';
    END IF;
    RETURN NULL;
END $$;

DO $$
DECLARE
    guarded text;
BEGIN
    IF NOT EXISTS (SELECT FROM casebook) THEN
        WHILE index_casebook() IS NOT NULL LOOP
        END LOOP;
    END IF;
    FOREACH guarded IN ARRAY ARRAY['review_duty', 'duty_case', 'removed_content', 'removed_copy', 'statement'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY own_rows ON %I USING (sees(tenant)) WITH CHECK (sees(tenant))', guarded);
    END LOOP;
END $$;

GRANT SELECT ON duty_kind TO "${application}";
GRANT SELECT, INSERT, UPDATE ON duty_case TO "${application}";
GRANT SELECT, INSERT, UPDATE, DELETE ON review_duty, removed_content, removed_copy, statement TO "${application}";
