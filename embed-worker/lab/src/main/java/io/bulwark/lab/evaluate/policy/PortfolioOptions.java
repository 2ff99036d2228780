package io.bulwark.lab.evaluate.policy;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.command.Threats;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The attackers of a policy: {@code @Mixin PortfolioOptions attackers}. */
final class PortfolioOptions {

    @Option(
            names = "--threats",
            paramLabel = "NORM:EPSILON",
            split = ",",
            defaultValue = "linf:4/255",
            description = "Threat models at the encoder's input, of l2 and linf, values in [0, 1]. For uploads an l2 ε"
                    + " grows with the square root of the pixels.")
    private List<String> threats;

    @Option(
            names = "--large",
            paramLabel = "NORM:EPSILON",
            defaultValue = "linf:128/255",
            description = "The threat model of a sanity check, in which no picture should stand.")
    private String large;

    @Option(names = "--iterations", description = "Iterations of APGD.")
    private int iterations = 100;

    @Option(
            names = "--restarts",
            description = "Runs of APGD on each loss; the first starts at the picture, the others at random.")
    private int restarts = 5;

    @Option(names = "--square-queries", description = "Queries of the Square attack for each picture; 0 leaves it out.")
    private int squareQueries = 5000;

    @Option(
            names = "--decision-queries",
            description = "Queries of HopSkipJump, which sees decisions alone, for each picture; 0 leaves it out.")
    private int decisionQueries = 1000;

    @Option(names = "--seed", description = "Of all that is random.")
    private long seed = 1;

    long seed() {
        return seed;
    }

    List<ThreatModel> threats() {
        return threats.stream().map(text -> Threats.named("--threats", text)).toList();
    }

    ThreatModel large() {
        return Threats.named("--large", large);
    }

    /** Before anything is embedded. */
    void validate() {
        threats();
        large();
        portfolio(Map.of(), List.of());
    }

    /**
     * @param starts of who sees decisions alone, by his goal; empty leaves him out
     * @throws CommandFailure if a number is out of its range
     */
    Portfolio portfolio(Map<AttackGoal, List<UprightPicture>> starts, List<Transfer> transfers) {
        if (decisionQueries < 0) {
            throw CommandFailure.usage("--decision-queries is " + decisionQueries + ", allowed are 0 and more");
        }
        Optional<Portfolio.DecisionAttacker> decisions = decisionQueries == 0 || starts.isEmpty()
                ? Optional.empty()
                : Optional.of(new Portfolio.DecisionAttacker(decisionQueries, starts));
        return CommandFailure.orUsage(
                "--iterations, --restarts, --square-queries",
                () -> new Portfolio(iterations, restarts, squareQueries, decisions, transfers, seed));
    }
}
