package io.bulwark.stream.review;

import io.bulwark.events.ModerationDecision;
import jakarta.annotation.Nullable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.mapper.PropagateNull;

/**
 * What people may have to look at: one content and what a machine made of it.
 *
 * @param tenant whose image
 * @param imageId its id
 * @param contentSha256 of the file, 64 lower-case hexadecimal digits; empty where nothing was fetched
 * @param uploaderId who uploaded it
 * @param upload the upload event; null where it is not known
 * @param decision the decision in force: SAFE, NSFW, REVIEW or REFUSED
 * @param reason why the machine could not decide, if it said so
 * @param labels that decided
 * @param score in [0, 1]
 */
public record ReviewCandidate(
        String tenant,
        String imageId,
        String contentSha256,
        String uploaderId,
        @Nullable UploadPlace upload,
        String decision,
        Optional<String> reason,
        List<String> labels,
        double score) {

    /** A SHA-256 as records have it. */
    public static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    public ReviewCandidate {
        contentSha256 = contentSha256 == null ? "" : contentSha256;
        labels = List.copyOf(labels);
    }

    /** What people see of a decision. Without a hash the text is empty. */
    public static ReviewCandidate of(ModerationDecision decision) {
        var upload = Optional.ofNullable(decision.getUpload())
                .map(at -> new UploadPlace(at.getTopic(), at.getPartition(), at.getOffset()))
                .orElse(null);
        return new ReviewCandidate(
                decision.getTenant(),
                decision.getImageId(),
                Optional.ofNullable(decision.getContentSha256())
                        .filter(hash -> SHA256.matcher(hash).matches())
                        .orElse(""),
                decision.getUploaderId(),
                upload,
                decision.getDecision().name(),
                Optional.ofNullable(decision.getReason()).map(Enum::name),
                decision.getLabels(),
                decision.getScore());
    }

    /** Of a row with columns of these names. */
    static ReviewCandidate of(ResultSet row) throws SQLException {
        String topic = row.getString("upload_topic");
        return new ReviewCandidate(
                row.getString("tenant"),
                row.getString("image_id"),
                row.getString("content_sha256"),
                row.getString("uploader_id"),
                topic == null
                        ? null
                        : new UploadPlace(topic, row.getInt("upload_partition"), row.getLong("upload_offset")),
                row.getString("decision"),
                Optional.ofNullable(row.getString("reason")),
                List.of((String[]) row.getArray("labels").getArray()),
                row.getDouble("score"));
    }

    /** Where the upload event stands in Kafka. */
    public record UploadPlace(@PropagateNull String topic, int partition, long offset) {}
}
