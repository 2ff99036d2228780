package io.bulwark.lab.doctor;

import io.bulwark.lab.terminal.CommandFailure;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Those whom moderation-stream tells of decisions: whether somebody answers where each is said to be, whether the files of
 * their secrets hold what they should, and whether Osprey's topic is there. It sends each address a HEAD and nothing else; any
 * status is an answer, for receivers of webhooks take POST alone.
 */
final class NeighbourExamination {

    static final String PREFIX = "bulwark.outbound.";

    private static final String PART = "neighbours";
    private static final Pattern WEBHOOK = Pattern.compile(Pattern.quote(PREFIX) + "webhooks\\.([a-z0-9-]+)\\.url");
    private static final Pattern WEBHOOK_SECRET = Pattern.compile("whsec_[A-Za-z0-9+/]{32,86}={0,2}");
    private static final Pattern API_KEY = Pattern.compile("[\\x21-\\x7e]{1,512}");
    private static final Pattern PUBLIC_KEY = Pattern.compile("(?s)-----BEGIN PUBLIC KEY-----.*");

    private final Properties settings;

    private NeighbourExamination(Properties settings) {
        this.settings = settings;
    }

    /**
     * Reads settings.
     *
     * @throws CommandFailure if the file cannot be read
     */
    static NeighbourExamination of(Path file) {
        Properties settings = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            settings.load(reader);
        } catch (IOException | IllegalArgumentException unreadable) {
            throw CommandFailure.usage("--neighbours " + file + " cannot be read as properties: " + unreadable);
        }
        return new NeighbourExamination(settings);
    }

    /** @param kafka empty where the broker does not answer */
    List<Finding> findings(Optional<BrokerExamination> kafka) {
        List<Finding> findings = new ArrayList<>();
        for (String name : webhooks()) {
            webhook("webhooks." + name, findings);
        }
        setting("osprey.topic").ifPresent(topic -> findings.add(osprey(topic, kafka)));
        coop(findings);
        return findings.isEmpty()
                ? List.of(Finding.well(PART, "none is set: only subscribers of Kafka are told of decisions"))
                : findings;
    }

    private Set<String> webhooks() {
        Set<String> names = new TreeSet<>();
        settings.stringPropertyNames().stream()
                .map(WEBHOOK::matcher)
                .filter(Matcher::matches)
                .forEach(key -> names.add(key.group(1)));
        return names;
    }

    private void webhook(String key, List<Finding> findings) {
        findings.add(address(key));
        String files = setting(key + ".secret-files").orElse("");
        if (files.isEmpty()) {
            findings.add(Finding.wrong(
                    PART,
                    "nothing signs what is sent to " + key,
                    PREFIX + key + ".secret-files=FILE, made by echo \"whsec_$(openssl rand -base64 32)\" > FILE"));
            return;
        }
        for (String file : files.split(",")) {
            findings.add(file(
                    file.strip(),
                    WEBHOOK_SECRET,
                    "a secret of webhooks",
                    "echo \"whsec_$(openssl rand -base64 32)\" > " + file.strip() + ", and give it to the receiver"));
        }
    }

    private static Finding osprey(String topic, Optional<BrokerExamination> kafka) {
        if (kafka.isEmpty()) {
            return Finding.unasked(PART, "Osprey's topic " + topic + ": the broker does not answer");
        }
        return kafka.get().has(topic)
                ? Finding.well(PART, "Osprey's topic " + topic + " is there")
                : Finding.wrong(
                        PART,
                        "Osprey's topic " + topic + " is not there, or this user may not describe it",
                        "kafka-topics.sh --create --topic " + topic + " --bootstrap-server BROKER");
    }

    private void coop(List<Finding> findings) {
        if (setting("coop.url").isPresent()) {
            findings.add(address("coop"));
            findings.add(setting("coop.api-key-file")
                    .map(file ->
                            file(file, API_KEY, "an API key", "write Coop's API key (Settings, API keys) into " + file))
                    .orElseGet(() -> Finding.wrong(
                            PART,
                            "coop.url is set and coop.api-key-file is not",
                            PREFIX + "coop.api-key-file=FILE with Coop's API key (Settings, API keys)")));
        }
        setting("coop.public-key-file")
                .ifPresent(file -> findings.add(file(
                        file,
                        PUBLIC_KEY,
                        "a public key in PEM",
                        "write Coop's webhook signature verification key (Settings, API keys) into " + file)));
    }

    private Finding address(String key) {
        String url = setting(key + ".url").orElseThrow();
        String mend = "check " + PREFIX + key + ".url, and that a network policy lets moderation-stream through"
                + " (moderation-stream/docs/neighbours.md)";
        try {
            URI address = URI.create(url);
            boolean plain = "http".equalsIgnoreCase(address.getScheme());
            if (plain && !setting(key + ".allow-http").orElse("").equals("true")) {
                return Finding.wrong(
                        PART,
                        key + ": moderation-stream refuses " + url + ", which is not https://",
                        PREFIX + key + ".url=https://…; on a network of your own " + PREFIX + key + ".allow-http=true");
            }
            int status = Knock.at("HEAD", address).statusCode();
            return Finding.well(PART, key + ": " + address.getHost() + " answers (status " + status + " to a HEAD)");
        } catch (IOException | IllegalArgumentException silent) {
            return Finding.wrong(PART, key + ": nobody answers at " + url + ": " + silent, mend);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Finding.unasked(PART, key + ": interrupted");
        }
    }

    /** What a file holds is told to nobody. */
    private static Finding file(String name, Pattern wanted, String what, String mend) {
        try {
            String text = Files.readString(Path.of(name)).strip();
            return wanted.matcher(text).matches()
                    ? Finding.well(PART, name + " holds " + what)
                    : Finding.wrong(PART, name + " does not hold " + what, mend);
        } catch (IOException unreadable) {
            return Finding.wrong(PART, name + " cannot be read here: " + unreadable, mend);
        }
    }

    private Optional<String> setting(String key) {
        return Optional.ofNullable(settings.getProperty(PREFIX + key))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }
}
