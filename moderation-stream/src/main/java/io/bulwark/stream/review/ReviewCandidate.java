package io.bulwark.stream.review;

import jakarta.annotation.Nullable;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.Nested;
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
        @Nested("upload_") @Nullable UploadPlace upload,
        String decision,
        Optional<String> reason,
        List<String> labels,
        double score) {

    public ReviewCandidate {
        contentSha256 = contentSha256 == null ? "" : contentSha256;
        labels = List.copyOf(labels);
    }

    /** Where the upload event stands in Kafka. */
    public record UploadPlace(@PropagateNull String topic, int partition, long offset) {}
}
