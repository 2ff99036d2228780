package io.bulwark.stream.promise;

import io.bulwark.schemas.promise.PromisedRate;
import io.bulwark.stream.ReviewConfig;
import java.time.Duration;
import java.util.OptionalDouble;

/**
 * The settings of promises.
 *
 * @param missed what is promised of {@link PromisedRate#MISSED}; empty: nothing
 * @param falselyFlagged the same of {@link PromisedRate#FALSELY_FLAGGED}
 * @param deadline how long an answer is waited for
 * @param runLength draws between false alarms of a change, on average at least
 */
public record PromiseRules(OptionalDouble missed, OptionalDouble falselyFlagged, Duration deadline, int runLength) {

    public static PromiseRules of(ReviewConfig.Promises config) {
        return new PromiseRules(config.missed(), config.falselyFlagged(), config.deadline(), config.runLength());
    }

    OptionalDouble promise(PromisedRate rate) {
        return switch (rate) {
            case MISSED -> missed;
            case FALSELY_FLAGGED -> falselyFlagged;
        };
    }
}
