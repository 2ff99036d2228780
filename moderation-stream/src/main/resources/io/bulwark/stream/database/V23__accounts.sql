-- What uploaders' strikes lead to. Nothing here has a row before a tenant makes an account policy.
SET LOCAL lock_timeout = '10s';

-- A tenant's rules, a row for each version; the latest holds.
CREATE TABLE account_policy (
    tenant     text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    version    bigint      NOT NULL CHECK (version > 0),
    strikes    jsonb       NOT NULL,
    rules      jsonb       NOT NULL,
    changed_by text        NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, version)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON account_policy FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER not_emptied BEFORE TRUNCATE ON account_policy FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A content that is NSFW in force, or was: "taken_back_at" says when that was overturned. A decision that is forgotten for its
-- age takes nothing back, and neither does other content under the same id.
CREATE TABLE account_strike (
    tenant         text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    uploader_id    text        NOT NULL,
    image_id       text        NOT NULL,
    content_sha256 text        NOT NULL,
    labels         text[]      NOT NULL,
    decided_by     text        NOT NULL,
    by_person      boolean     NOT NULL,
    at             timestamptz NOT NULL,
    taken_back_at  timestamptz,
    PRIMARY KEY (tenant, image_id, content_sha256)
);
CREATE INDEX account_strike_of_uploader ON account_strike (tenant, uploader_id, at);
CREATE INDEX account_strike_age ON account_strike (at);

-- Uploaders whose strikes changed since their rules were tried. Rows are only added, so that two writers never wait for each
-- other on account of one uploader.
CREATE TABLE account_due (
    position    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant      text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    uploader_id text        NOT NULL,
    at          timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX account_due_of_uploader ON account_due (tenant, uploader_id);

CREATE TABLE account_action (
    tenant         text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    action_id      uuid        NOT NULL,
    uploader_id    text        NOT NULL,
    action         text        NOT NULL CHECK (action IN ('WARN', 'LIMIT', 'SUSPEND', 'BAN')),
    rule           text,
    policy_version bigint,
    score          double precision NOT NULL,
    threshold      double precision,
    taken_by       text,
    reason         text,
    taken_at       timestamptz NOT NULL,
    until          timestamptz,
    lifted_at      timestamptz,
    lifted_by      text,
    lifted_for     text CHECK (lifted_for IN ('OVERTURNED', 'APPEAL', 'PERSON')),
    PRIMARY KEY (tenant, action_id)
);
CREATE INDEX account_action_of_uploader ON account_action (tenant, uploader_id, taken_at);

-- The strikes that an action rests on, as they were, and what was left of the weight of each by then.
CREATE TABLE account_ground (
    tenant         text             NOT NULL,
    action_id      uuid             NOT NULL,
    uploader_id    text             NOT NULL,
    image_id       text             NOT NULL,
    content_sha256 text             NOT NULL,
    labels         text[]           NOT NULL,
    decided_by     text             NOT NULL,
    at             timestamptz      NOT NULL,
    weight         double precision NOT NULL,
    PRIMARY KEY (tenant, action_id, image_id, content_sha256),
    FOREIGN KEY (tenant, action_id) REFERENCES account_action ON DELETE CASCADE
);
CREATE INDEX account_ground_of_image ON account_ground (tenant, image_id);
CREATE INDEX account_ground_of_uploader ON account_ground (tenant, uploader_id);

-- An action is appealed against once.
CREATE TABLE account_appeal (
    tenant      text        NOT NULL,
    action_id   uuid        NOT NULL,
    uploader_id text        NOT NULL,
    words       text        NOT NULL,
    taken_in_by text        NOT NULL,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    answer      text CHECK (answer IN ('KEPT', 'LIFTED')),
    answered_by text,
    reason      text,
    answered_at timestamptz,
    PRIMARY KEY (tenant, action_id),
    FOREIGN KEY (tenant, action_id) REFERENCES account_action ON DELETE CASCADE
);
CREATE INDEX account_appeal_open ON account_appeal (tenant, at) WHERE answer IS NULL;
CREATE INDEX account_appeal_of_uploader ON account_appeal (tenant, uploader_id);

-- Runs where a decision comes into the casebook, in its transaction, whichever version of the application writes it. What was
-- decided before the tenant's first policy is no strike: rules that are switched on judge no past. Nor is what a rebuilt
-- casebook reads again: it was counted once, and may have been overturned or forgotten since.
CREATE FUNCTION note_strike() RETURNS trigger LANGUAGE plpgsql SET search_path = ${schema}, pg_temp AS $$
DECLARE
    since timestamptz := (SELECT changed_at FROM account_policy WHERE tenant = NEW.tenant AND version = 1);
BEGIN
    IF since IS NULL OR current_setting('bulwark.rebuilding', true) = 'yes' THEN
        RETURN NULL;
    END IF;
    IF NEW.decision = 'NSFW' THEN
        INSERT INTO account_strike (tenant, uploader_id, image_id, content_sha256, labels, decided_by, by_person, at)
            SELECT NEW.tenant, NEW.uploader_id, NEW.image_id, coalesce(NEW.content_sha256, ''), NEW.labels, NEW.decided_by,
                NEW.by_person, NEW.decided_at WHERE NEW.decided_at >= since
            ON CONFLICT (tenant, image_id, content_sha256) DO UPDATE SET uploader_id = excluded.uploader_id,
                labels = excluded.labels, decided_by = excluded.decided_by, by_person = excluded.by_person,
                at = CASE WHEN account_strike.taken_back_at IS NULL THEN account_strike.at ELSE excluded.at END,
                taken_back_at = NULL
            WHERE account_strike.taken_back_at IS NOT NULL OR account_strike.labels <> excluded.labels
                OR account_strike.decided_by <> excluded.decided_by;
    ELSE
        UPDATE account_strike SET taken_back_at = clock_timestamp() WHERE tenant = NEW.tenant AND image_id = NEW.image_id
            AND content_sha256 = coalesce(NEW.content_sha256, '') AND taken_back_at IS NULL;
    END IF;
    IF FOUND THEN
        INSERT INTO account_due (tenant, uploader_id) VALUES (NEW.tenant, NEW.uploader_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER strikes AFTER INSERT OR UPDATE OF decision ON casebook FOR EACH ROW EXECUTE FUNCTION note_strike();

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['account_policy', 'account_strike', 'account_due', 'account_action', 'account_ground',
            'account_appeal'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY own_rows ON %I USING (sees(tenant)) WITH CHECK (sees(tenant))', guarded);
    END LOOP;
END $$;

GRANT SELECT, INSERT ON account_policy TO "${application}";
GRANT SELECT, INSERT, DELETE ON account_due TO "${application}";
GRANT SELECT, INSERT, UPDATE, DELETE ON account_strike, account_action TO "${application}";
GRANT SELECT, INSERT ON account_ground TO "${application}";
GRANT SELECT, INSERT, UPDATE ON account_appeal TO "${application}";
