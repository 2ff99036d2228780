-- Policies as people change them in the console. Kafka's moderation.policies is what workers decide by: what people do here
-- leaves by the outbox, and what the "bulwark policy" command writes there is read.
SET LOCAL lock_timeout = '10s';

-- Each tenant's record as it is on the topic, or will be once the outbox is published ("pending"): then our own record is
-- behind all that was read so far, and counts until it is read.
CREATE TABLE policy_record (
    tenant   text    PRIMARY KEY CHECK (tenant NOT IN ('', '*')),
    revision bigint  NOT NULL,
    state    jsonb   NOT NULL,
    in_force text,
    pending  boolean NOT NULL DEFAULT false
);

-- What was done with policies and by whom, and what it changed of what was in force. Nothing here is ever changed.
-- "state_sha256" is of the record afterwards, by which a record on the topic is known as ours.
CREATE TABLE policy_change (
    position    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant      text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    kind        text        NOT NULL CHECK (kind IN ('PROPOSED', 'WITHDRAWN', 'APPROVED', 'ROLLED_BACK', 'BY_COMMAND')),
    revision    bigint      NOT NULL,
    by_whom     text        NOT NULL,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    version     text,
    differences jsonb       NOT NULL,
    note        text,
    state_sha256 text       NOT NULL
);
CREATE INDEX policy_change_of_tenant ON policy_change (tenant, position);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON policy_change FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER not_emptied BEFORE TRUNCATE ON policy_change FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What workers decided while a proposal ran beside what was in force, and what it would have decided. Verdicts for tenants
-- without a record are rows of tenant default, whose proposal workers run for them.
CREATE TABLE shadow_count (
    tenant   text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    version  text        NOT NULL,
    decided  text        NOT NULL,
    would    text        NOT NULL,
    verdicts bigint      NOT NULL,
    since    timestamptz NOT NULL,
    until    timestamptz NOT NULL,
    PRIMARY KEY (tenant, version, decided, would)
);

-- The policy that decides for a tenant without one of its own, without the people who answer for it.
CREATE FUNCTION everybodys_policy() RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ${schema}, pg_temp AS $$
    SELECT (state->'inForce') - '{author,approver,note}'::text[] FROM policy_record
    WHERE tenant = 'default' AND in_force IS NOT NULL
$$;

-- What decided for such a tenant before, newest first, without the people.
CREATE FUNCTION everybodys_history() RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ${schema}, pg_temp AS $$
    SELECT coalesce(jsonb_agg(policy - '{author,approver,note}'::text[] ORDER BY place), '[]') FROM policy_record,
    jsonb_array_elements(state->'history') WITH ORDINALITY AS earlier (policy, place) WHERE tenant = 'default'
$$;

-- The version that decides for a tenant; null where its workers decide by their settings.
CREATE FUNCTION policy_in_force(of_tenant text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ${schema}, pg_temp AS $$
    SELECT coalesce((SELECT in_force FROM policy_record WHERE tenant = of_tenant AND sees(of_tenant)),
        (SELECT in_force FROM policy_record WHERE tenant = 'default'))
$$;

-- The outbox publishes policies too. What a row may be is the application's to say: several versions of it add kinds.
-- A publisher of an older version that finds a policy gives up its lock, until one that knows it has the lock.
ALTER TABLE outbox DROP CONSTRAINT outbox_kind_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_kind_check CHECK (kind ~ '^[A-Z][A-Z_]*$');

ALTER TABLE policy_record ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON policy_record USING (sees(tenant)) WITH CHECK (sees(tenant));
ALTER TABLE policy_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON policy_change USING (sees(tenant)) WITH CHECK (sees(tenant));
ALTER TABLE shadow_count ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON shadow_count USING (sees(tenant)) WITH CHECK (sees(tenant));

GRANT SELECT, INSERT, UPDATE ON policy_record TO "${application}";
GRANT SELECT, INSERT ON policy_change TO "${application}";
GRANT SELECT, INSERT, UPDATE, DELETE ON shadow_count TO "${application}";
REVOKE ALL ON FUNCTION everybodys_policy(), everybodys_history(), policy_in_force(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION everybodys_policy(), everybodys_history(), policy_in_force(text) TO "${application}";
