package io.bulwark.lab.evaluate.paper;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.lab.attack.Attack;
import io.bulwark.lab.attack.AttacksInTurn;
import io.bulwark.lab.attack.blackbox.SquareAttack;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.gradient.FirstStart;
import java.util.List;
import java.util.Locale;

/** Who attacks in the paper's tables. */
public enum PaperAttack {
    /**
     * The published one, as {@code eval.py --attack_name apgd --n_iter 100 --n_restarts 1 --use_rs} calls it: APGD from
     * one random start. That code lets a batch go on until all of it is fooled; here each question leaves off when it
     * is fooled, which changes no answer.
     */
    PUBLISHED {
        @Override
        Attack of(Settings settings, PreprocessSpec input) {
            return new Apgd(
                    settings.iterations(), 1, Apgd.EarlyStop.EACH_FOOLED, settings.seed(), new FirstStart.AtRandom());
        }

        @Override
        long steps(Settings settings) {
            return settings.iterations();
        }
    },

    /** On what the published one left: APGD from the picture, then from another random start, then Square. */
    STRONGER {
        @Override
        Attack of(Settings settings, PreprocessSpec input) {
            Apgd apgd = new Apgd(settings.iterations(), 2, Apgd.EarlyStop.EACH_FOOLED, settings.seed());
            SquareAttack square = new SquareAttack(
                    settings.queries(), input.height(), input.width(), SquareAttack.DEFAULT_SHARE, settings.seed());
            return new AttacksInTurn(List.of(apgd, square));
        }

        @Override
        long steps(Settings settings) {
            return 2L * settings.iterations() + settings.queries() / 3;
        }
    };

    /**
     * How much of each attack.
     *
     * @param iterations of an APGD run; 100 in the paper
     * @param queries of Square for each question
     * @param seed of what is random
     */
    public record Settings(int iterations, int queries, long seed) {

        /** The paper's; Square as AutoAttack has it. */
        public static final Settings STANDARD = new Settings(100, 5000, 1);

        public Settings {
            if (iterations < 1 || queries < 1) {
                throw new IllegalArgumentException(
                        "%d iterations, %d queries; allowed are 1 and more of both".formatted(iterations, queries));
            }
        }
    }

    abstract Attack of(Settings settings, PreprocessSpec input);

    /** Gradient steps of a question at most; a query counts a third. */
    abstract long steps(Settings settings);

    /** {@code published}. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
