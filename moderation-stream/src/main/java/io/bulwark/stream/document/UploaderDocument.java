package io.bulwark.stream.document;

import io.bulwark.events.UploaderStats;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What one uploader did, window by window.
 *
 * @param level the threshold that their strikes reach; null for none
 * @param windows newest first; windows without an image or audit are not there
 */
@Schema(name = "UploaderDocument")
public record UploaderDocument(String uploaderId, String level, List<WindowDocument> windows) {

    /** One window [start, end) and its counts. */
    public record WindowDocument(
            Instant start,
            Instant end,
            String window,
            String tenant,
            long images,
            long safe,
            long nsfw,
            long review,
            long refused,
            long audits,
            double strikes,
            Instant lastSeenAt) {

        static WindowDocument of(UploaderStats stats) {
            return RecordDocuments.of(
                    WindowDocument.class,
                    stats,
                    "start",
                    stats.getWindowStart(),
                    "end",
                    stats.getWindowEnd(),
                    "strikes",
                    stats.getStrikes() / 1000.0);
        }
    }

    /**
     * @param level null for none
     * @param windows in any order
     */
    public static UploaderDocument of(String uploaderId, String level, List<UploaderStats> windows) {
        return new UploaderDocument(
                uploaderId,
                level,
                windows.stream()
                        .sorted((one, other) -> other.getWindowStart().compareTo(one.getWindowStart()))
                        .map(WindowDocument::of)
                        .toList());
    }
}
