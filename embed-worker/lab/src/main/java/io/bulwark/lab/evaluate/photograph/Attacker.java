package io.bulwark.lab.evaluate.photograph;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.lab.attack.Attack;
import io.bulwark.lab.attack.Attack.Watch;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.Oracle.Scores;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.blackbox.HopSkipJump;
import io.bulwark.lab.attack.blackbox.SquareAttack;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.gradient.Apgd.EarlyStop;
import io.bulwark.lab.attack.loss.BothEncoders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One way to attack questions. Flagged ones are attacked to pass, safe ones to be flagged.
 *
 * @param name with its strength, for ledgers
 * @param has what the attacker has
 * @param goals of what he attacks so
 * @param way how
 */
record Attacker(String name, Knowledge has, Set<AttackGoal> goals, Way way) {

    private static final Set<AttackGoal> BOTH = Set.of(AttackGoal.EVADE, AttackGoal.FALSE_FLAG);
    private static final Set<AttackGoal> EVADE = Set.of(AttackGoal.EVADE);

    /** What an attacker has. Who has everything may do what all others do, too. */
    enum Knowledge {
        /** Scores of his pictures, without end. */
        SCORES("scores alone"),

        /** Decisions about his pictures, and pictures that are decided as he wants. */
        DECISIONS("decisions alone"),

        /** Weights and references of the public parent, which stands for what decides. */
        PARENT("the public parent"),

        /** Weights of all that decides, and references that he collected himself. */
        NO_BANK("all weights, no bank"),

        /** Weights, references, vote and thresholds. */
        EVERYTHING("everything");

        private final String label;

        Knowledge(String label) {
            this.label = label;
        }

        @Override
        public String toString() {
            return label;
        }
    }

    /** How pictures are attacked. */
    @FunctionalInterface
    interface Way {

        /**
         * The pixels that were found.
         *
         * @param pixels {@code [flagged.length, 3, H, W]}
         * @param flagged side of each picture
         * @param seed of what is random
         */
        float[] attack(float[] pixels, boolean[] flagged, ThreatModel threat, long seed);
    }

    /** What a way climbs, by the sides of the pictures. */
    @FunctionalInterface
    interface Climbed {
        Objective of(boolean[] flagged);
    }

    /**
     * What is attacked.
     *
     * @param votes the encoder's, then that of the parent where a pair decides
     * @param thresholds by which they decide
     * @param scales of their margins
     * @param effort of each attack
     */
    record Target(List<SideVote> votes, Thresholds thresholds, double[] scales, HeadlineSpec.Effort effort) {

        boolean isPair() {
            return votes.size() > 1;
        }

        /** Those who know scores or everything. */
        List<Attacker> withScores() {
            List<Attacker> attackers = new ArrayList<>();
            SideVote own = votes.get(0);
            attackers.add(climbing("", Knowledge.EVERYTHING, BOTH, own::towardsOther));
            if (isPair()) {
                attackers.add(climbing(" on the worse of both", Knowledge.EVERYTHING, EVADE, both(votes, true)));
                attackers.add(climbing(" on the mean of both", Knowledge.EVERYTHING, EVADE, both(votes, false)));
            }
            if (effort.squareQueries() > 0) {
                attackers.add(square("", BOTH, own::towardsOther));
                if (isPair()) {
                    attackers.add(square(" on the worse of both", EVADE, both(votes, true)));
                }
            }
            return attackers;
        }

        /** Who knows the parent alone; it does not decide, so no threshold of it is known. */
        List<Attacker> withParent() {
            return isPair()
                    ? List.of(climbing(" on the parent", Knowledge.PARENT, BOTH, votes.get(1)::towardsOther))
                    : List.of();
        }

        /** @param substitutes votes of the same encoders over a bank of the attacker's */
        List<Attacker> withoutBank(List<SideVote> substitutes, int references) {
            String bank = " with a bank of %d".formatted(references);
            List<Attacker> attackers = new ArrayList<>();
            attackers.add(climbing(bank, Knowledge.NO_BANK, BOTH, substitutes.get(0)::towardsOther));
            if (isPair()) {
                attackers.add(
                        climbing(bank + " on the mean of both", Knowledge.NO_BANK, EVADE, both(substitutes, false)));
            }
            return attackers;
        }

        /** @param starts pictures decided as wanted, of each goal; where there is none the goal is left out */
        List<Attacker> withDecisions(Map<AttackGoal, List<float[]>> starts) {
            PreprocessSpec seen = votes.get(0).encoder().description().preprocess();
            List<Attacker> attackers = new ArrayList<>();
            starts.forEach((goal, some) -> {
                if (effort.decisionQueries() > 0 && !some.isEmpty()) {
                    attackers.add(new Attacker(
                            "hopskipjump %d from %d".formatted(effort.decisionQueries(), some.size()),
                            Knowledge.DECISIONS,
                            Set.of(goal),
                            (pixels, flagged, threat, seed) -> new HopSkipJump(
                                            effort.decisionQueries(),
                                            seen.height(),
                                            seen.width(),
                                            HopSkipJump.DEFAULT_GRAIN,
                                            some,
                                            seed)
                                    .query(
                                            (asked, samples) -> decisions(asked, samples.length, goal),
                                            threat,
                                            pixels,
                                            flagged.length,
                                            Watch.silent())
                                    .pixels()));
                }
            });
            return attackers;
        }

        private Scores decisions(float[] pixels, int count, AttackGoal goal) {
            List<double[]> margins =
                    votes.stream().map(vote -> vote.marginsOf(pixels, count)).toList();
            boolean[] wanted = new boolean[count];
            for (int i = 0; i < count; i++) {
                wanted[i] = thresholds.of(margins.get(0)[i], isPair() ? margins.get(1)[i] : Double.NEGATIVE_INFINITY)
                        == goal.outcome();
            }
            return new Scores(new float[count], wanted);
        }

        private Climbed both(List<SideVote> seen, boolean worse) {
            double[] needed = worse ? new double[] {-thresholds.safe(), -thresholds.parentSafe()} : new double[2];
            return flagged -> new BothEncoders(
                    seen.stream().map(vote -> vote.towardsOther(flagged)).toList(), scales, needed, worse);
        }

        private Attacker climbing(String on, Knowledge has, Set<AttackGoal> goals, Climbed climbed) {
            return new Attacker(
                    "apgd %d x %d%s".formatted(effort.iterations(), effort.restarts(), on),
                    has,
                    goals,
                    (pixels, flagged, threat, seed) -> run(
                            new Apgd(effort.iterations(), effort.restarts(), EarlyStop.NEVER, seed),
                            climbed.of(flagged),
                            threat,
                            pixels,
                            flagged.length));
        }

        private Attacker square(String on, Set<AttackGoal> goals, Climbed climbed) {
            PreprocessSpec seen = votes.get(0).encoder().description().preprocess();
            return new Attacker(
                    "square %d%s".formatted(effort.squareQueries(), on),
                    Knowledge.SCORES,
                    goals,
                    (pixels, flagged, threat, seed) -> run(
                            new SquareAttack(
                                    effort.squareQueries(),
                                    seen.height(),
                                    seen.width(),
                                    SquareAttack.DEFAULT_SHARE,
                                    seed),
                            climbed.of(flagged),
                            threat,
                            pixels,
                            flagged.length));
        }

        private static float[] run(Attack attack, Objective objective, ThreatModel threat, float[] pixels, int count) {
            return attack.run(objective, threat, pixels, count, Watch.silent()).pixels();
        }
    }
}
