-- What protects people who look at pictures. Nothing is counted before a tenant has rules.

-- A tenant's rules, a row for each version; the latest holds.
CREATE TABLE wellness_rules (
    tenant     text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    version    bigint      NOT NULL CHECK (version > 0),
    rules      jsonb       NOT NULL,
    changed_by text        NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, version)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON wellness_rules FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER not_emptied BEFORE TRUNCATE ON wellness_rules FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The labels that a person does not want to see. Only that person is shown the row.
CREATE TABLE wellness_opt_out (
    tenant text   NOT NULL CHECK (tenant NOT IN ('', '*')),
    person text   NOT NULL,
    labels text[] NOT NULL,
    PRIMARY KEY (tenant, person)
);

-- What people were given to look at, for four weeks. "seen" says whether the picture was displayed.
CREATE TABLE wellness_exposure (
    tenant  text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    person  text        NOT NULL,
    at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    item_id uuid        NOT NULL,
    labels  text[]      NOT NULL,
    seen    boolean     NOT NULL DEFAULT false,
    PRIMARY KEY (tenant, person, at, item_id)
);
CREATE INDEX wellness_exposure_age ON wellness_exposure (at);
CREATE INDEX wellness_exposure_of_tenant ON wellness_exposure (tenant, at);

ALTER TABLE wellness_rules ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON wellness_rules USING (sees(tenant)) WITH CHECK (sees(tenant));
ALTER TABLE wellness_opt_out ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON wellness_opt_out USING (sees(tenant)) WITH CHECK (sees(tenant));
ALTER TABLE wellness_exposure ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON wellness_exposure USING (sees(tenant)) WITH CHECK (sees(tenant));

GRANT SELECT, INSERT ON wellness_rules TO "${application}";
GRANT SELECT, INSERT, UPDATE, DELETE ON wellness_opt_out, wellness_exposure TO "${application}";
