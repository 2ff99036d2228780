package io.bulwark.stream.account;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.stream.account.AccountPolicy.AccountPolicies;
import io.bulwark.stream.account.AccountPolicy.Action;
import io.bulwark.stream.account.AccountPolicy.Strike;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.review.Person;
import jakarta.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** What people see of an account: strikes, scores, actions, appeals and equal files. Thread-safe. */
@Singleton
public final class AccountPages {

    private static final int MOST = 100;

    /** Uploads that equal files are looked for among. */
    private static final int MOST_UPLOADS = 1_000;

    private final Database database;

    public AccountPages(Database database) {
        this.database = database;
    }

    /**
     * An account.
     *
     * @param policyVersion that of the tenant's account policy; 0: none, and then nothing was counted
     * @param scores of each rule as of now
     * @param strikes the latest {@value #MOST}, newest first, also those taken back
     * @param actions the latest {@value #MOST}, newest first
     * @param files files that the account uploaded under several image ids, among its latest {@value #MOST_UPLOADS}
     *     uploads
     */
    @Schema(name = "AccountDocument")
    public record Account(
            String uploaderId,
            long policyVersion,
            List<Score> scores,
            List<StrikeRow> strikes,
            List<ActionRow> actions,
            List<EqualFiles> files) {}

    /** How far a rule is from being applied. */
    @Schema(name = "AccountScoreDocument")
    public record Score(
            String rule,
            @Schema(implementation = String.class) Action action,
            double score,
            double threshold) {}

    /**
     * A strike.
     *
     * @param takenBackAt when its decision was overturned; null while it counts
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "AccountStrikeDocument")
    public record StrikeRow(
            String imageId,
            List<String> labels,
            String decidedBy,
            boolean byPerson,
            @Schema(implementation = String.class) Instant at,
            @Nullable @Schema(implementation = String.class) Instant takenBackAt) {}

    /**
     * An action, and the appeal against it.
     *
     * @param rule null where a person took it
     * @param takenBy null where a rule took it
     * @param stands whether it holds now
     * @param liftedFor OVERTURNED, APPEAL or PERSON; null while it is not lifted
     * @param images of the decisions that it rests on, at most {@value #MOST}
     * @param appeal in the words of the account's owner; null without one
     * @param answer KEPT or LIFTED; null before
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "AccountActionDocument")
    public record ActionRow(
            UUID actionId,
            @Schema(implementation = String.class) Action action,
            @Nullable String rule,
            @Nullable Long policyVersion,
            double score,
            @Nullable Double threshold,
            @Nullable String takenBy,
            @Nullable String reason,
            @Schema(implementation = String.class) Instant takenAt,
            @Nullable @Schema(implementation = String.class) Instant until,
            boolean stands,
            @Nullable @Schema(implementation = String.class) Instant liftedAt,
            @Nullable String liftedBy,
            @Nullable String liftedFor,
            List<String> images,
            @Nullable String appeal,
            @Nullable @Schema(implementation = String.class) Instant appealedAt,
            @Nullable String answer,
            @Nullable String answeredBy,
            @Nullable String answerReason) {}

    /**
     * A file under several image ids.
     *
     * @param images how many
     * @param nsfw how many of them are NSFW in force
     * @param imageIds the latest 5
     */
    @Schema(name = "EqualFilesDocument")
    public record EqualFiles(String contentSha256, long images, long nsfw, List<String> imageIds) {}

    /** An account; without a strike, action or upload its lists are empty. */
    public Account of(Person person, String uploaderId) {
        AccountActions.requireId(uploaderId);
        return database.list(person.tenant(), handle -> {
            AccountPolicy policy = AccountPolicies.latest(handle, person.tenant());
            Instant now = AccountActions.now(handle);
            List<Strike> counted = AccountActions.strikes(handle, person.tenant(), uploaderId);
            List<Score> scores = policy.rules().stream()
                    .map(rule -> new Score(
                            rule.name(),
                            rule.action(),
                            counted.stream()
                                    .mapToDouble(strike -> policy.weight(strike, rule, now))
                                    .sum(),
                            rule.threshold()))
                    .toList();
            return new Account(
                    uploaderId,
                    policy.version(),
                    scores,
                    strikes(handle, person.tenant(), uploaderId),
                    actions(handle, person.tenant(), uploaderId),
                    files(handle, person.tenant(), uploaderId));
        });
    }

    private static List<StrikeRow> strikes(Handle handle, String tenant, String uploaderId) {
        return handle.select("""
                SELECT * FROM account_strike WHERE tenant = ? AND uploader_id = ?
                ORDER BY at DESC LIMIT ?""", tenant, uploaderId, MOST)
                .map(ConstructorMapper.of(StrikeRow.class))
                .list();
    }

    private static List<ActionRow> actions(Handle handle, String tenant, String uploaderId) {
        return handle.select("""
                        SELECT action.*, action.lifted_at IS NULL AND coalesce(action.until > clock_timestamp(), true) AS stands,
                        ARRAY(SELECT image_id FROM account_ground ground WHERE ground.tenant = action.tenant
                        AND ground.action_id = action.action_id ORDER BY weight DESC, image_id LIMIT ?) AS images,
                        appeal.words AS appeal, appeal.at AS appealed_at, appeal.answer, appeal.answered_by,
                        appeal.reason AS answer_reason FROM account_action action
                        LEFT JOIN account_appeal appeal USING (tenant, action_id)
                        WHERE action.tenant = ? AND action.uploader_id = ? ORDER BY action.taken_at DESC LIMIT ?""", MOST, tenant, uploaderId, MOST)
                .map(ConstructorMapper.of(ActionRow.class))
                .list();
    }

    private static List<EqualFiles> files(Handle handle, String tenant, String uploaderId) {
        return handle.select("""
                        SELECT content_sha256, count(*) AS images, count(*) FILTER (WHERE decision = 'NSFW') AS nsfw,
                        trim_array(array_agg(image_id ORDER BY decided_at DESC, image_id),
                        greatest(count(*) - 5, 0)::integer) AS image_ids
                        FROM (SELECT * FROM casebook WHERE tenant = ? AND uploader_id = ?
                        ORDER BY decided_at DESC, image_id DESC LIMIT ?) latest WHERE content_sha256 IS NOT NULL
                        GROUP BY content_sha256 HAVING count(*) > 1 ORDER BY images DESC, content_sha256 LIMIT ?""", tenant, uploaderId, MOST_UPLOADS, MOST)
                .map(ConstructorMapper.of(EqualFiles.class))
                .list();
    }
}
