package io.bulwark.stream.review;

import io.bulwark.schemas.auditlog.AuditRow;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.auditlog.AuditLog;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * A person who works here.
 *
 * @param name unique within the tenant
 * @param tenant whose images they work on
 * @param roles of {@link Roles}
 */
public record Person(String name, String tenant, Set<String> roles) {

    private static final String IN_COOP = "coop:";

    public Person {
        roles = Set.copyOf(roles);
    }

    /** A person who works in Coop, as Coop names them. */
    public static Person inCoop(String actor, String tenant, Set<String> roles) {
        return new Person(IN_COOP + actor, tenant, roles);
    }

    /** Whether a person of this name works in Coop: who they are in the console is not known. */
    public static boolean isInCoop(String name) {
        return name.startsWith(IN_COOP);
    }

    /**
     * Notes in the audit log what they did, in the caller's transaction.
     *
     * @param details nothing that an erasure would have to take out: the log's rows stay as they are
     */
    public AuditRow log(Handle handle, String action, String subject, Map<String, ?> details) {
        return AuditLog.append(handle, tenant, name, action, subject, details);
    }

    /** Whether they decide what reviewers could not agree on. */
    public boolean isSenior() {
        return roles.contains(Roles.SENIOR) || roles.contains(Roles.ADMIN);
    }
}
