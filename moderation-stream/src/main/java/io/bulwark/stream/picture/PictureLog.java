package io.bulwark.stream.picture;

import io.bulwark.schemas.preview.PreviewQuestion;
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
     * A picture is about to be given to somebody. Does nothing where no database is configured.
     *
     * @throws Database.UnavailableException where it cannot be told; then it is not to be given
     */
    public void fetched(String tenant, String actor, PreviewQuestion question) {
        if (database.isConfigured()) {
            database.inTenant(
                    tenant, handle -> log.append(handle, row(tenant, actor, upload(question), question.strip())));
        }
    }

    /**
     * An explanation, which shows the picture, is about to be given to somebody. Does nothing where no database is
     * configured.
     *
     * @throws Database.UnavailableException where it cannot be told; then it is not to be given
     */
    public void explained(String tenant, String actor, PreviewQuestion question) {
        if (database.isConfigured()) {
            database.inTenant(
                    tenant,
                    handle -> log.append(
                            handle,
                            new AuditLog.Entry(tenant, actor, "picture.explained", upload(question), Map.of())));
        }
    }

    private static String upload(PreviewQuestion question) {
        return "upload/%s/%d/%d".formatted(question.topic(), question.partition(), question.offset());
    }

    /**
     * The row that tells of it.
     *
     * @param subject of which upload or item; no image id and no hash, see {@link io.bulwark.stream.auditlog}
     */
    public static AuditLog.Entry row(String tenant, String actor, String subject, boolean strip) {
        return new AuditLog.Entry(tenant, actor, "picture.fetched", subject, Map.of("strip", strip));
    }
}
