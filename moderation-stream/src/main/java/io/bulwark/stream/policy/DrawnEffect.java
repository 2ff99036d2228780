package io.bulwark.stream.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.events.Decision;
import io.bulwark.schemas.promise.PromisedRate;
import io.bulwark.schemas.promise.PromisedRate.Membership;
import io.bulwark.schemas.promise.RateBand;
import io.bulwark.schemas.promise.ReviewerError;
import io.bulwark.stream.policy.DrawnEffect.PolicyTimes.Thresholds;
import io.bulwark.stream.policy.PolicyState.Policy;
import io.bulwark.stream.promise.Promises;
import io.bulwark.stream.promise.Promises.ScoredDraw;
import jakarta.annotation.Nullable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * How often all traffic would have been decided wrongly by other thresholds, from the images that were drawn at random
 * and that people answered: each counts by one over the probability of its draw (Horvitz and Thompson, JASA 47, 1952),
 * with the band of {@link RateBand}, which holds at every look. People's answers are taken for right. A draw without an
 * answer past its deadline counts as an error for the upper end and as none for the lower one.
 *
 * <p>Thresholds decide only what thresholds decided: an outcome that those of its time do not explain (known content, a
 * rule of one label, the pair, an unfamiliar picture) stays what it was on both sides.
 */
public final class DrawnEffect {

    private DrawnEffect() {}

    /**
     * The effect of thresholds.
     *
     * @param draws settled ones whose score is kept, with and without an answer
     * @param withoutScore answered draws whose item is past its retention, or erased
     */
    @Schema(name = "DrawnEffectDocument")
    public record Effect(double flag, double safe, int draws, int withoutScore, List<Rate> rates) {}

    /**
     * A rate, by what is in force and by the thresholds that were asked for.
     *
     * @param rate of {@link PromisedRate}
     * @param base answered draws that belong to its base
     */
    @Schema(name = "DrawnRate")
    public record Rate(String rate, int base, Band now, Band would) {}

    /**
     * Where a rate lies, in [0, 1].
     *
     * @param estimate weighted share of errors; null where no answered draw is in the base
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "DrawnBand")
    public record Band(@Nullable Double estimate, double low, double high) {}

    /** The effect on a tenant's traffic. */
    public static Effect of(Promises promises, String tenant, PolicyTimes times, Thresholds wanted) {
        return of(promises.scoredDraws(tenant), times, wanted);
    }

    static Effect of(List<ScoredDraw> all, PolicyTimes times, Thresholds wanted) {
        List<ScoredDraw> drawn = all.stream()
                .filter(draw -> draw.people() == null || draw.score() != null)
                .toList();
        List<Rate> rates = new ArrayList<>();
        for (PromisedRate rate : PromisedRate.values()) {
            rates.add(new Rate(
                    rate.name(),
                    (int) drawn.stream()
                            .filter(draw -> draw.people() == rate.base())
                            .count(),
                    band(rate, drawn, times, times.now()),
                    band(rate, drawn, times, wanted)));
        }
        return new Effect(wanted.flag(), wanted.safe(), drawn.size(), all.size() - drawn.size(), rates);
    }

    private static Band band(PromisedRate rate, List<ScoredDraw> drawn, PolicyTimes times, Thresholds by) {
        double least = drawn.stream().mapToDouble(ScoredDraw::probability).min().orElse(1);
        var low = new RateBand(least, ReviewerError.NONE);
        var high = new RateBand(least, ReviewerError.NONE);
        for (ScoredDraw draw : drawn) {
            if (draw.people() == null) {
                low.add(new PromisedRate.Draw(draw.probability(), false, Membership.OPEN));
                high.add(new PromisedRate.Draw(draw.probability(), true, Membership.OPEN));
            } else {
                PromisedRate.Draw known =
                        rate.draw(draw.probability(), decision(draw, times, by), Optional.of(draw.people()));
                low.add(known);
                high.add(known);
            }
        }
        double estimate = low.estimate();
        return new Band(Double.isNaN(estimate) ? null : estimate, low.low(), high.high());
    }

    private static Decision decision(ScoredDraw draw, PolicyTimes times, Thresholds by) {
        boolean explained = times.at(draw.decidedAt()).decide(draw.score()) == draw.machine();
        return explained ? by.decide(draw.score()) : draw.machine();
    }

    /**
     * Which thresholds were in force when. Immutable.
     *
     * @param inForce what decides now
     * @param history what did before, newest first
     */
    public record PolicyTimes(Policy inForce, List<Policy> history) {

        /**
         * Where scores turn into decisions.
         *
         * @param flag from this score on NSFW
         * @param safe up to this score SAFE
         */
        public record Thresholds(double flag, double safe) {

            public Decision decide(double score) {
                return score >= flag ? Decision.NSFW : score <= safe ? Decision.SAFE : Decision.REVIEW;
            }
        }

        public Thresholds now() {
            return thresholds(inForce);
        }

        /** Those of a time; before the oldest policy that is known, its. */
        Thresholds at(Instant time) {
            List<Policy> all =
                    Stream.concat(Stream.of(inForce), history.stream()).toList();
            return all.stream()
                    .filter(each ->
                            each.approvedAt() != null && !each.approvedAt().isAfter(time))
                    .findFirst()
                    .map(PolicyTimes::thresholds)
                    .orElseGet(() -> thresholds(all.get(all.size() - 1)));
        }

        private static Thresholds thresholds(Policy policy) {
            return new Thresholds(policy.flag(), policy.safe());
        }
    }
}
