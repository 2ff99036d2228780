package io.bulwark.lab.redteam;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.traffic.BrokerOptions.TopicsOption;
import io.bulwark.imaging.isolation.IsolationSupport;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark red-team}. */
@Command(
        name = "red-team",
        description = {
            "Attacks copies of what workers decided lately, one picture after the other, until it is stopped: what is NSFW shall",
            "pass, what is SAFE shall be flagged. Says how many withstand, as metrics (/q/metrics) and as audits",
            "ROBUSTNESS_PROBE. It takes the workers' settings, from the environment, from the files of SMALLRYE_CONFIG_LOCATIONS",
            "or from --config, and its own, bulwark.red-team.*. No attacked picture leaves the process."
        })
public final class RedTeamCommand extends OutputCommand implements Runnable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A properties file with the settings of the workers, of the connection and of the red team.")
    private Path config;

    @Mixin
    private TopicsOption topics;

    @Option(
            names = "--pictures",
            paramLabel = "N",
            description = "Number of pictures after which it ends; a turn with nothing to draw counts as one.")
    private long pictures = Long.MAX_VALUE;

    @Override
    public void run() {
        // It decodes uploads, as a worker does.
        IsolationSupport.hideThisProcess()
                .ifPresent(why -> output().note("Other processes of this user can read this one: " + why));
        RedTeamSettings settings = RedTeamSettings.read(Optional.ofNullable(config), topics.given());
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        RedTeamMetrics metrics = new RedTeamMetrics(
                registry,
                settings.own().epsilon(),
                settings.own().window(),
                settings.own().objective());
        RedTeam team = new RedTeam(settings, metrics, output());
        Thread ending = new Thread(() -> team.stop(PATIENCE), "bulwark-red-team-stop");
        Runtime.getRuntime().addShutdownHook(ending);
        try (RedTeamPage page = new RedTeamPage(settings.own().port(), registry, team)) {
            output().note("Metrics and health are at port " + page.port());
            team.run(pictures);
        } catch (IOException taken) {
            throw CommandFailure.unavailable(
                    "bulwark.red-team.port " + settings.own().port() + " cannot be listened to: " + taken.getMessage(),
                    taken);
        } finally {
            removeHook(ending);
        }
    }

    private static void removeHook(Thread ending) {
        try {
            Runtime.getRuntime().removeShutdownHook(ending);
        } catch (IllegalStateException endingAlready) {
            // The hook waits for this very thread, which is about to end.
        }
    }
}
