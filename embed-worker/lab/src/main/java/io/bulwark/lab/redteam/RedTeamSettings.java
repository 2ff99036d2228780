package io.bulwark.lab.redteam;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.probe.ViewProbe.ProbeSettings;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.service.config.ConfigCheck;
import io.bulwark.service.config.PlainConfig;
import io.bulwark.service.config.WorkerConfig;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * The worker's settings, by which pictures are fetched and decided, and the red team's own. Immutable.
 *
 * @param worker checked
 * @param own checked
 */
record RedTeamSettings(WorkerConfig worker, RedTeamConfig own) {

    /** Below the environment, as in the services. */
    private static final int FILE_ORDINAL = 260;

    /** One picture at a time, one thread: whatever the workers have does not apply. */
    private static final Map<String, String> ALONE = Map.of(
            "bulwark.kafka.group", "bulwark-red-team",
            "bulwark.encoder.instances", "1",
            "bulwark.encoder.threads", "1",
            "bulwark.batch.preparation-threads", "1",
            "bulwark.preview.enabled", "false",
            "bulwark.score.enabled", "false");

    private static final Duration LONGEST = Duration.ofMinutes(30);

    /**
     * Reads and checks them.
     *
     * @param file of properties, as a worker's {@code application.properties}
     * @param prefix of topics; wins over the settings
     * @throws CommandFailure naming each setting that is wrong
     */
    static RedTeamSettings read(Optional<Path> file, Optional<String> prefix) {
        List<ConfigSource> sources = new ArrayList<>();
        sources.add(new PropertiesConfigSource(ALONE, "red-team", Integer.MAX_VALUE));
        file.ifPresent(path -> sources.add(source(path)));
        prefix.ifPresent(given -> sources.add(
                new PropertiesConfigSource(Map.of(TopicNames.SETTING, given), "--topics-prefix", Integer.MAX_VALUE)));
        return of(sources);
    }

    /** From these settings and the machine's. */
    static RedTeamSettings of(Map<String, String> given) {
        return of(List.of(
                new PropertiesConfigSource(ALONE, "red-team", Integer.MAX_VALUE),
                new PropertiesConfigSource(given, "given", FILE_ORDINAL)));
    }

    private static RedTeamSettings of(List<ConfigSource> sources) {
        try {
            SmallRyeConfig config = PlainConfig.read(sources, RedTeamConfig.class);
            WorkerConfig worker = config.getConfigMapping(WorkerConfig.class);
            ConfigCheck.check(worker);
            RedTeamConfig own = config.getConfigMapping(RedTeamConfig.class);
            List<String> complaints = complaints(own);
            if (!complaints.isEmpty()) {
                throw CommandFailure.usage("invalid settings: " + String.join("; ", complaints));
            }
            return new RedTeamSettings(worker, own);
        } catch (ConfigValidationException | ConfigCheck.InvalidConfigException wrong) {
            throw CommandFailure.usage(wrong.getMessage());
        }
    }

    private static ConfigSource source(Path file) {
        try {
            return new PropertiesConfigSource(file.toUri().toURL(), FILE_ORDINAL);
        } catch (IOException unreadable) {
            throw CommandFailure.usage("--config " + file + " cannot be read: " + unreadable);
        }
    }

    private static List<String> complaints(RedTeamConfig own) {
        List<String> complaints = new ArrayList<>();
        between(complaints, "rate", own.rate(), 0.1, 3600);
        between(complaints, "iterations", own.iterations(), 1, 1000);
        between(complaints, "recent", own.recent(), 1, 100_000);
        between(complaints, "window", own.window(), 1, 100_000);
        between(complaints, "deadline", own.deadline().toMillis() / 1000.0, 1, LONGEST.toSeconds());
        between(complaints, "port", own.port(), 0, 65_535);
        own.objective().ifPresent(objective -> between(complaints, "objective", objective, 0, 1));
        try {
            ThreatModel.parseEpsilon(own.epsilon());
        } catch (IllegalArgumentException malformed) {
            complaints.add("bulwark.red-team.epsilon: " + malformed.getMessage());
        }
        return complaints;
    }

    private static void between(List<String> complaints, String name, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            complaints.add("bulwark.red-team.%s is %s, allowed are %s to %s".formatted(name, value, least, most));
        }
    }

    /** How pictures are attacked. */
    ProbeSettings probe() {
        return new ProbeSettings(
                ThreatModel.linf(ThreatModel.parseEpsilon(own.epsilon())), own.iterations(), own.seed());
    }

    /** Time from one picture to the next. */
    Duration interval() {
        return Duration.ofMillis(Math.round(Duration.ofHours(1).toMillis() / own.rate()));
    }
}
