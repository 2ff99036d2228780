package io.bulwark.lab.redteam;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.OptionalDouble;

/**
 * Every setting of the red team. The first sentence of each method's javadoc is its row in {@code
 * embed-worker/docs/red-team.md}.
 */
@ConfigMapping(prefix = "bulwark.red-team")
public interface RedTeamConfig {

    /** Pictures that are attacked in an hour, evasions and false flags in turn. */
    @WithDefault("30")
    double rate();

    /** The largest change of a value at the encoder's input, values in [0, 1], by which a picture is attacked. */
    @WithDefault("4/255")
    String epsilon();

    /** Steps of APGD for each loss; there are two where the policy has a floor. */
    @WithDefault("50")
    int iterations();

    /** How many of the newest verdicts are drawn from. */
    @WithDefault("2000")
    int recent();

    /** How many files robust accuracy is over: the last that were attacked with a goal. */
    @WithDefault("400")
    int window();

    /** Time that the attack on a picture may take for each of its views; one that takes longer is overdue. */
    @WithDefault("60s")
    Duration deadline();

    /** The robust accuracy that is wanted, in [0, 1]; without it no alert is raised. */
    OptionalDouble objective();

    /** Seed of the draws and of the attack. */
    @WithDefault("1")
    long seed();

    /** The port of metrics and health. */
    @WithDefault("8081")
    int port();
}
