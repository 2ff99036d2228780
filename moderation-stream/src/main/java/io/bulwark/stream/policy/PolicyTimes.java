package io.bulwark.stream.policy;

import io.bulwark.events.Decision;
import io.bulwark.stream.policy.PolicyState.Policy;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

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
        List<Policy> all = Stream.concat(Stream.of(inForce), history.stream()).toList();
        return all.stream()
                .filter(each -> each.approvedAt() != null && !each.approvedAt().isAfter(time))
                .findFirst()
                .map(PolicyTimes::thresholds)
                .orElseGet(() -> thresholds(all.get(all.size() - 1)));
    }

    private static Thresholds thresholds(Policy policy) {
        return new Thresholds(policy.flag(), policy.safe());
    }
}
