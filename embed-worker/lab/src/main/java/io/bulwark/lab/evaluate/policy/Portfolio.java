package io.bulwark.lab.evaluate.policy;

import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.Attack;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.blackbox.HopSkipJump;
import io.bulwark.lab.attack.blackbox.SquareAttack;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.gradient.Apgd.EarlyStop;
import io.bulwark.lab.attack.loss.BothEncoders;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.upload.UploadObjective;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Several attacks, of which the worst counts (Croce and Hein, ICML 2020): APGD on each loss with random starts, APGD
 * from what was found at the encoder's input, Square, which sees scores alone, HopSkipJump, which sees decisions alone,
 * and APGD on other encoders, which need not know this one.
 *
 * @param iterations of APGD, at least 1
 * @param restarts of APGD, the first from the picture and the others at random; at least 1
 * @param squareQueries of Square; 0 leaves it out
 * @param decisions who sees decisions alone; empty leaves him out
 * @param transfers other encoders
 * @param seed of all that is random
 */
record Portfolio(
        int iterations,
        int restarts,
        int squareQueries,
        Optional<DecisionAttacker> decisions,
        List<Transfer> transfers,
        long seed) {

    /** Names of lines that follow the gradient of what decides begin so. */
    static final String WHITE_BOX = "APGD";

    /** The name of the line that sees no gradients. */
    static final String SQUARE = "Square";

    public Portfolio {
        if (iterations < 1 || restarts < 1 || squareQueries < 0) {
            throw new IllegalArgumentException(
                    "%d iterations x %d, %d queries; allowed are 1 and more, 1 and more, 0 and more"
                            .formatted(iterations, restarts, squareQueries));
        }
        transfers = List.copyOf(transfers);
    }

    /**
     * An attack of the portfolio.
     *
     * @param name with its strength, for reports and ledgers
     * @param steps gradient steps that it takes at most; a query counts a third
     * @param way how
     */
    record Line(String name, long steps, Way way) {

        /** Whether it follows the gradient of what decides. */
        boolean seesGradients() {
            return name.startsWith(WHITE_BOX);
        }

        /** Whether it is the Square attack. */
        boolean isSquare() {
            return name.startsWith(SQUARE);
        }
    }

    /** How a line attacks a picture. */
    @FunctionalInterface
    interface Way {

        /**
         * The pixels that were found, or nothing where the line does not go with the track.
         *
         * @param threat at the encoder's input
         */
        Optional<float[]> attack(Surface.Shot shot, AttackGoal goal, ThreatModel threat);
    }

    /** One run of APGD to the first success. */
    static Apgd once(int iterations) {
        return new Apgd(iterations, 1, EarlyStop.EACH_FOOLED, 1);
    }

    /** All attacks against a moderation, for pictures of a goal. */
    public List<Line> lines(AttackedModeration moderation, AttackGoal goal, boolean uploads) {
        List<Line> lines = new ArrayList<>();
        moderation
                .losses(goal)
                .forEach((name, loss) -> lines.add(new Line(
                        "%s %d x %d, %s".formatted(WHITE_BOX, iterations, restarts, name),
                        (long) iterations * restarts,
                        (shot, wanted, threat) -> Optional.of(run(
                                apgd(restarts, EarlyStop.EACH_FOOLED),
                                shot,
                                threat,
                                within -> shot.objective(loss, wanted, within))))));
        if (isPair(moderation, goal)) {
            for (boolean worse : new boolean[] {true, false}) {
                lines.add(new Line(
                        "%s %d x %d, the %s of both encoders"
                                .formatted(WHITE_BOX, iterations, restarts, worse ? "worse" : "mean"),
                        2L * iterations * restarts,
                        (shot, wanted, threat) -> Optional.of(run(
                                apgd(restarts, EarlyStop.EACH_FOOLED),
                                shot,
                                threat,
                                within -> both(moderation, shot, wanted, within, worse)))));
            }
        }
        if (uploads) {
            EmbeddingLoss sides = moderation.losses(goal).get("sides");
            lines.add(new Line(
                    "%s %d x 1, sides, from the solution at the input".formatted(WHITE_BOX, iterations),
                    2L * iterations,
                    (shot, wanted, threat) -> shot.lifted(sides, wanted, threat, iterations)
                            .map(start -> run(
                                    apgd(1, EarlyStop.EACH_FOOLED).from(start),
                                    shot,
                                    threat,
                                    within -> shot.objective(sides, wanted, within)))));
        }
        if (squareQueries > 0) {
            lines.add(new Line(
                    "%s, %d queries".formatted(SQUARE, squareQueries),
                    squareQueries / 3,
                    (shot, wanted, threat) -> Optional.of(run(
                            new SquareAttack(
                                    squareQueries, shot.height(), shot.width(), SquareAttack.DEFAULT_SHARE, seed),
                            shot,
                            threat,
                            within -> decisive(moderation, shot, wanted, within)))));
        }
        decisions.ifPresent(attacker -> {
            lines.add(new Line(
                    "HopSkipJump, %d queries".formatted(attacker.queries()),
                    attacker.queries() / 3,
                    (shot, wanted, threat) -> Optional.of(run(
                            attacker.attack(shot, wanted, seed),
                            shot,
                            threat,
                            within -> decisive(moderation, shot, wanted, within)))));
        });
        for (Transfer from : transfers) {
            lines.add(new Line(
                    "transfer from %s, APGD %d x 1".formatted(from.name(), iterations),
                    iterations,
                    (shot, wanted, threat) -> Optional.of(run(
                            apgd(1, EarlyStop.NEVER), shot, threat, within -> shot.objective(from, wanted, within)))));
        }
        return lines;
    }

    /** To pass a pair both have to say SAFE; to be flagged the first one is enough. */
    private static boolean isPair(AttackedModeration moderation, AttackGoal goal) {
        return goal == AttackGoal.EVADE && moderation.twin().isPresent();
    }

    /** What is asked whose scores or decisions alone are known: of a pair both. */
    private static Objective decisive(
            AttackedModeration moderation, Surface.Shot shot, AttackGoal goal, ThreatModel within) {
        return isPair(moderation, goal)
                ? both(moderation, shot, goal, within, true)
                : sides(moderation, shot, goal, within);
    }

    private static Objective sides(
            AttackedModeration moderation, Surface.Shot shot, AttackGoal goal, ThreatModel within) {
        return shot.objective(moderation.losses(goal).get("sides"), goal, within);
    }

    /** Each encoder's loss beyond that of SAFE, in units of its temperature. */
    private static Objective both(
            AttackedModeration moderation, Surface.Shot shot, AttackGoal goal, ThreatModel within, boolean worse) {
        AttackedModeration twin = moderation.twin().orElseThrow();
        return new BothEncoders(
                List.of(
                        sides(moderation, shot, goal, within),
                        sides(twin, shot.ofTwin().orElseThrow(), goal, within)),
                new double[] {
                    moderation.settings().temperature(), twin.settings().temperature()
                },
                new double[] {moderation.lossOfSafe(), twin.lossOfSafe()},
                worse);
    }

    /** The line of the sanity check with a large ε. */
    public Line shortest(AttackedModeration moderation, AttackGoal goal) {
        return new Line(
                "%s %d x 1, sides".formatted(WHITE_BOX, iterations),
                iterations,
                (shot, wanted, threat) -> Optional.of(run(
                        apgd(1, EarlyStop.EACH_FOOLED),
                        shot,
                        threat,
                        within -> decisive(moderation, shot, wanted, within))));
    }

    private Apgd apgd(int runs, EarlyStop stop) {
        return new Apgd(iterations, runs, stop, seed);
    }

    /** What an attack climbs within a threat model. */
    @FunctionalInterface
    private interface Climbed {
        Objective within(ThreatModel threat);
    }

    private static float[] run(Attack attack, Surface.Shot shot, ThreatModel threat, Climbed climbed) {
        ThreatModel within = shot.within(threat);
        return attack.run(climbed.within(within), within, shot.clean(), 1, Attack.Watch.silent())
                .pixels();
    }

    /**
     * An attacker who sees decisions alone ({@link HopSkipJump}) and has pictures of his own to start from.
     *
     * @param queries for each picture, at least 1
     * @param starts pictures that may have the outcome that he wants, for each goal at least one; tried in this order
     */
    record DecisionAttacker(int queries, Map<AttackGoal, List<UprightPicture>> starts) {

        public DecisionAttacker {
            starts = Map.copyOf(starts);
            if (queries < 1) {
                throw new IllegalArgumentException(
                        "%d queries that see decisions, allowed are 1 and more".formatted(queries));
            }
        }

        HopSkipJump attack(Surface.Shot shot, AttackGoal goal, long seed) {
            List<float[]> resized = starts.get(goal).stream()
                    .map(start -> UploadObjective.pixels(List.of(start.resized(shot.width(), shot.height()))))
                    .toList();
            return new HopSkipJump(queries, shot.height(), shot.width(), HopSkipJump.DEFAULT_GRAIN, resized, seed);
        }
    }
}
