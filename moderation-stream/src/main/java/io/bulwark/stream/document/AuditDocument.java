package io.bulwark.stream.document;

import io.bulwark.events.AttackAudit;
import io.bulwark.schemas.topic.SampledAudits;
import io.bulwark.stream.document.VerdictDocument.Coordinates;
import io.bulwark.stream.document.VerdictDocument.NeighbourDocument;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * An attack audit with its evidence.
 *
 * @param fusedScore in [0, 1]; the more, the more suspicious
 * @param view of the image that the neighbours are of
 * @param decision the verdict's at that time
 * @param cleanDecision what the non-robust twin would have decided
 * @param contentSha256 of the file; null where the worker did not say it
 * @param sample whether no detector fired: the image was drawn at random to leave its scores, and no attack is
 *     suspected
 */
@Schema(name = "AuditDocument")
public record AuditDocument(
        String imageId,
        String uploaderId,
        String tenant,
        String kind,
        List<SignalDocument> signals,
        double fusedScore,
        String view,
        Double robustScore,
        Double cleanScore,
        List<NeighbourDocument> robustNeighbours,
        List<NeighbourDocument> cleanNeighbours,
        Map<String, String> evidence,
        String decision,
        String cleanDecision,
        String modelFingerprint,
        String twinFingerprint,
        List<String> perceptualKey,
        Coordinates upload,
        Instant detectedAt,
        String contentSha256,
        boolean sample) {

    /** One detector's answer; a score above its threshold fires. */
    public record SignalDocument(String name, double score, double threshold, boolean fired) {}

    /** The document of an audit. */
    public static AuditDocument of(AttackAudit audit) {
        return RecordDocuments.of(AuditDocument.class, audit, "sample", SampledAudits.isOne(audit));
    }

    /**
     * The documents of audits, newest first.
     *
     * @param audits in any order
     */
    public static List<AuditDocument> newestFirst(List<AttackAudit> audits) {
        return audits.stream()
                .sorted(Comparator.comparing(AttackAudit::getDetectedAt)
                        .reversed()
                        .thenComparing(AttackAudit::getImageId)
                        .thenComparing(AttackAudit::getKind))
                .map(AuditDocument::of)
                .toList();
    }

    /**
     * Audits counted by kind and time, and the outcome of the red team's attacks.
     *
     * @param since when the first bucket begins
     * @param complete from when on everything is counted; later than {@code since} where there was too much
     * @param bucketSeconds the width of a bucket
     * @param counts oldest first; buckets without an audit of a kind are left out
     * @param robustness of the images that the red team attacked in this time
     * @param objective the robust accuracy that is aimed at; null for none
     */
    @Schema(name = "AuditSummaryDocument")
    public record AuditSummaryDocument(
            Instant since,
            Instant complete,
            long bucketSeconds,
            List<Count> counts,
            List<Robustness> robustness,
            Double objective) {

        /** The 97.5 % quantile of the normal distribution. */
        private static final double Z = 1.959964;

        /** How many audits of a kind there are in the bucket that begins then. */
        public record Count(Instant from, String kind, long audits) {}

        /**
         * How the decisions held against one goal and budget.
         *
         * @param images whose attack came to its end, at least one
         * @param fell of these, to any of the attacks
         * @param overdue further images, whose attacks ran out of time: they may have fallen, and may have held
         * @param accuracy the share of {@code images} that held, in [0, 1]
         * @param low of Wilson's 95 % interval if all that is overdue had fallen
         * @param high of the same if none of it had
         */
        public record Robustness(
                String goal,
                String epsilon,
                long images,
                long fell,
                long overdue,
                double accuracy,
                double low,
                double high) {

            /** With its interval (E. B. Wilson 1927, without correction for continuity). */
            public static Robustness of(String goal, String epsilon, long images, long fell, long overdue) {
                double held = images - fell;
                double all = images + overdue;
                return new Robustness(
                        goal,
                        epsilon,
                        images,
                        fell,
                        overdue,
                        held / images,
                        Math.max(0, end(held, all, -1)),
                        Math.min(1, end(held + overdue, all, 1)));
            }

            private static double end(double held, double of, int side) {
                double share = held / of;
                double centre = (share + Z * Z / (2 * of)) / (1 + Z * Z / of);
                double half = Z / (1 + Z * Z / of) * Math.sqrt(share * (1 - share) / of + Z * Z / (4 * of * of));
                return centre + side * half;
            }
        }

        public AuditSummaryDocument {
            counts = counts.stream()
                    .sorted(Comparator.comparing(Count::from).thenComparing(Count::kind))
                    .toList();
            robustness = robustness.stream()
                    .sorted(Comparator.comparing(Robustness::goal).thenComparing(Robustness::epsilon))
                    .toList();
        }

        /**
         * What several instances counted together: all audits of an uploader lie on one, so that no image is counted
         * twice.
         *
         * @param parts of the same period, at least one
         */
        public static AuditSummaryDocument together(List<AuditSummaryDocument> parts) {
            AuditSummaryDocument one = parts.get(0);
            return new AuditSummaryDocument(
                    one.since(),
                    parts.stream()
                            .map(AuditSummaryDocument::complete)
                            .max(Comparator.naturalOrder())
                            .orElseThrow(),
                    one.bucketSeconds(),
                    merged(
                            parts.stream().flatMap(part -> part.counts().stream()),
                            count -> List.of(count.from(), count.kind()),
                            (first, second) -> new Count(first.from(), first.kind(), first.audits() + second.audits())),
                    merged(
                            parts.stream().flatMap(part -> part.robustness().stream()),
                            each -> List.of(each.goal(), each.epsilon()),
                            (first, second) -> Robustness.of(
                                    first.goal(),
                                    first.epsilon(),
                                    first.images() + second.images(),
                                    first.fell() + second.fell(),
                                    first.overdue() + second.overdue())),
                    one.objective());
        }

        private static <T> List<T> merged(Stream<T> all, Function<T, Object> key, BinaryOperator<T> both) {
            return List.copyOf(all.collect(Collectors.toMap(key, Function.identity(), both))
                    .values());
        }
    }
}
