package io.bulwark.stream.picture;

import io.bulwark.stream.auditlog.AuditLog;
import io.bulwark.stream.database.Database;
import jakarta.inject.Singleton;
import java.util.Map;

/** Tells the audit log which pictures were given to whom. Any thread. */
@Singleton
public class PictureLog {

    private final Database database;
    private final AuditLog log;

    PictureLog(Database database, AuditLog log) {
        this.database = database;
        this.log = log;
    }

    /**
     * A picture of an image is about to be given to somebody. Does nothing where no database is configured.
     *
     * @throws io.bulwark.stream.database.DatabaseUnavailableException where it cannot be told; then it is not to be given
     */
    public void fetched(String tenant, String actor, String imageId, String sha256, boolean strip) {
        if (database.isConfigured()) {
            database.inTenant(
                    tenant, handle -> log.append(handle, row(tenant, actor, "image/" + imageId, sha256, strip)));
        }
    }

    /** The row that tells of it. */
    public static AuditLog.Entry row(String tenant, String actor, String subject, String sha256, boolean strip) {
        return new AuditLog.Entry(
                tenant, actor, "picture.fetched", subject, Map.of("contentSha256", sha256, "strip", strip));
    }
}
