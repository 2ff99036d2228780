package io.bulwark.stream.review;

import java.util.List;
import java.util.Optional;

/**
 * What people may have to look at: one content and what a machine made of it.
 *
 * @param tenant whose image
 * @param imageId its id
 * @param contentSha256 of the file, 64 lower-case hexadecimal digits
 * @param uploaderId who uploaded it
 * @param upload the upload event, if known
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
        Optional<UploadPlace> upload,
        String decision,
        Optional<String> reason,
        List<String> labels,
        double score) {

    public ReviewCandidate {
        labels = List.copyOf(labels);
    }

    /** Where the upload event stands in Kafka. */
    public record UploadPlace(String topic, int partition, long offset) {}
}
