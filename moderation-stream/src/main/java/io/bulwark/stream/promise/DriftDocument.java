package io.bulwark.stream.promise;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.stream.promise.Drift.Available;
import io.bulwark.stream.promise.Drift.Look;
import io.bulwark.stream.promise.Drift.Reference;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * SAFE traffic beside that of an approved time.
 *
 * @param effect share of traffic that may move without an alarm
 * @param state OFF unless {@code bulwark.review.drift.per-day} is above 0
 * @param pictures sampled since; before an approval, those of which a reference could be made
 * @param days that are over and count
 * @param approvable whether a reference can be made of them
 * @param from first day of the approved time; null before an approval
 * @param until last day of it
 * @param evidence that more than the effect moved, 1 is an alarm; null before an approval
 * @param driftedAt when it alarmed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "DriftDocument")
public record DriftDocument(
        @Schema(implementation = String.class) State state,
        double effect,
        long pictures,
        int days,
        boolean approvable,
        @Schema(implementation = String.class) LocalDate from,
        @Schema(implementation = String.class) LocalDate until,
        String approvedBy,
        Double evidence,
        @Schema(implementation = String.class) Instant driftedAt,
        Cluster cluster,
        List<Point> points) {

    static DriftDocument off(double effect) {
        return new DriftDocument(State.OFF, effect, 0, 0, false, null, null, null, null, null, null, List.of());
    }

    static DriftDocument without(double effect, Available available) {
        return new DriftDocument(
                State.NOT_APPROVED,
                effect,
                available.pictures(),
                available.days(),
                available.suffices(),
                null,
                null,
                null,
                null,
                null,
                null,
                List.of());
    }

    static DriftDocument of(Reference reference, Look look, boolean otherModel) {
        State state = otherModel ? State.OTHER_MODEL : State.WATCHED;
        return new DriftDocument(
                reference.driftedAt() == null ? state : State.DRIFTED,
                reference.effect(),
                look.pictures(),
                look.days(),
                true,
                reference.firstDay(),
                reference.lastDay(),
                reference.approvedBy(),
                look.evidence(),
                reference.driftedAt(),
                look.cluster().orElse(null),
                look.points());
    }

    /** Evidence after a day; 1 is an alarm. */
    @Schema(name = "DriftPointDocument")
    public record Point(
            @Schema(implementation = String.class) LocalDate day, double evidence) {}

    /**
     * What moved most.
     *
     * @param unlike whether it is unlike all that was approved; else there is more of what was there
     * @param since day from which on
     * @param before its share of the approved traffic, in [0, 1]
     * @param share its share of the traffic since
     * @param examples ids of images in the middle of it, of the last days; empty where none is kept
     */
    @Schema(name = "DriftClusterDocument")
    public record Cluster(
            boolean unlike,
            @Schema(implementation = String.class) LocalDate since,
            double before,
            double share,
            List<String> examples) {}

    /** How it stands. */
    public enum State {
        /** Nothing is sampled. */
        OFF,
        /** There is nothing to compare with. */
        NOT_APPROVED,
        /** Present embeddings are of another model than the approved ones. */
        OTHER_MODEL,
        WATCHED,
        DRIFTED
    }
}
