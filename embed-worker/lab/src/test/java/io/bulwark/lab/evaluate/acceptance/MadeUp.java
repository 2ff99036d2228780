package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.lab.evaluate.acceptance.Judged.Decision;
import io.bulwark.lab.evaluate.acceptance.Judged.Outcomes;
import io.bulwark.perception.metric.NearDuplicates;
import io.bulwark.perception.verdict.Calibration;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** Invented decisions. */
final class MadeUp {

    private MadeUp() {}

    static Judged nsfw(String label) {
        return new Judged(Decision.NSFW, Optional.of(label), OptionalDouble.of(0.9), Optional.empty());
    }

    static Judged safe() {
        return new Judged(Decision.SAFE, Optional.of("cats"), OptionalDouble.of(0.1), Optional.empty());
    }

    static Judged review(String reason) {
        return new Judged(Decision.REVIEW, Optional.empty(), OptionalDouble.of(0.5), Optional.of(reason));
    }

    static Judged refused() {
        return new Judged(Decision.REFUSED, Optional.empty(), OptionalDouble.empty(), Optional.of("CORRUPT_IMAGE"));
    }

    /** Of a policy that makes no errors and promises nothing. */
    static Calibration calibration() {
        return new Calibration(
                40,
                20,
                new NearDuplicates.Sizes(40, 40, 1, 40),
                1,
                11,
                0.07,
                0.1,
                new Thresholds(0.6, 0.4),
                0.5,
                0.99,
                Optional.empty(),
                Optional.empty(),
                1,
                0,
                0,
                0,
                0,
                Map.of(),
                Optional.empty());
    }

    /** Outcomes with the given number of each decision. */
    static Outcomes outcomes(int nsfw, int review, int refused, int safe) {
        List<Judged> judged = new ArrayList<>();
        Stream.generate(() -> nsfw("weapons")).limit(nsfw).forEach(judged::add);
        Stream.generate(() -> review("UNCERTAIN")).limit(review).forEach(judged::add);
        Stream.generate(MadeUp::refused).limit(refused).forEach(judged::add);
        Stream.generate(MadeUp::safe).limit(safe).forEach(judged::add);
        return Outcomes.of(judged);
    }
}
