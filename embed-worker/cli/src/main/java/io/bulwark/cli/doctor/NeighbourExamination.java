package io.bulwark.cli.doctor;

import io.bulwark.cli.doctor.DoctorCommand.Finding;
import io.bulwark.cli.doctor.SideExamination.Knock;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.schemas.topic.TopicNames;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The receivers of moderation-stream's decisions: whether it accepts their names and addresses, whether each address
 * answers, whether the secret files hold what they should, and whether Osprey's topic exists. It sends each
 * address a HEAD and nothing else; any status is an answer, for receivers of webhooks take POST alone. Of an address it
 * tells scheme and host: path and query often are the secret.
 */
record NeighbourExamination(Properties settings, TopicNames topics) {

    static final String PREFIX = "bulwark.outbound.";

    private static final String PART = "neighbours";
    private static final Pattern WEBHOOK = Pattern.compile(Pattern.quote(PREFIX) + "webhooks\\.([^.]+)\\..+");
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,40}");
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

    /** Secrets that sign: two while the receiver changes from one to the other. */
    private static final int MOST_SECRETS = 2;

    /**
     * Reads settings.
     *
     * @param topics what Bulwark's own are called
     * @throws CommandFailure if the file cannot be read
     */
    static NeighbourExamination of(Path file, TopicNames topics) {
        Properties settings = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            settings.load(reader);
        } catch (IOException | IllegalArgumentException unreadable) {
            throw CommandFailure.usage("--neighbours " + file + " cannot be read as properties: " + unreadable);
        }
        return new NeighbourExamination(settings, topics);
    }

    /** @param kafka empty where the broker does not answer */
    List<Finding> findings(Optional<BrokerExamination> kafka) {
        List<Finding> findings = new ArrayList<>();
        for (String name : webhooks()) {
            webhook(name, findings);
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

    private void webhook(String name, List<Finding> findings) {
        String key = "webhooks." + name;
        if (!NAME.matcher(name).matches()) {
            findings.add(Finding.wrong(
                    PART,
                    key + ": moderation-stream refuses the name",
                    "another name: small letters, digits and hyphens, 40 at most"));
        }
        findings.add(address(key, true));
        List<String> files = Pattern.compile(",")
                .splitAsStream(setting(key + ".secret-files").orElse(""))
                .map(String::strip)
                .filter(file -> !file.isEmpty())
                .toList();
        if (files.isEmpty()) {
            findings.add(Finding.wrong(
                    PART,
                    "nothing signs what is sent to " + key,
                    PREFIX + key + ".secret-files=FILE, made by echo \"whsec_$(openssl rand -base64 32)\" > FILE"));
        }
        if (files.size() > MOST_SECRETS) {
            findings.add(Finding.wrong(
                    PART,
                    key + ": moderation-stream refuses " + files.size() + " files of secrets",
                    PREFIX + key + ".secret-files with one file, or two while the receiver changes its secret"));
        }
        files.forEach(file -> findings.add(file(
                file,
                NeighbourSecret.WEBHOOK,
                "echo \"whsec_$(openssl rand -base64 32)\" > " + file + ", and give it to the receiver")));
    }

    private Finding osprey(String topic, Optional<BrokerExamination> kafka) {
        if (!TOPIC.matcher(topic).matches() || topics.catalogueOf(topic).isPresent()) {
            return Finding.wrong(
                    PART,
                    "moderation-stream refuses Osprey's topic " + topic,
                    PREFIX + "osprey.topic with the name of a topic that is not Bulwark's own");
        }
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
        Optional<String> publicKey = setting("coop.public-key-file");
        if (setting("coop.url").isPresent()) {
            findings.add(address("coop", false));
            findings.add(setting("coop.api-key-file")
                    .map(file -> file(
                            file, NeighbourSecret.API_KEY, "write Coop's API key (Settings, API keys) into " + file))
                    .orElseGet(() -> Finding.wrong(
                            PART,
                            "coop.url is set and coop.api-key-file is not",
                            PREFIX + "coop.api-key-file=FILE with Coop's API key (Settings, API keys)")));
        }
        publicKey.ifPresent(file -> findings.add(file(
                file,
                NeighbourSecret.PUBLIC_KEY,
                "write Coop's webhook signature verification key (Settings, API keys) into " + file)));
        if ((setting("coop.url").isPresent() || publicKey.isPresent())
                && setting("coop.item-type").isEmpty()) {
            findings.add(Finding.wrong(
                    PART,
                    "Coop is set and coop.item-type is not",
                    PREFIX + "coop.item-type=ID with Coop's id of the item type that images are"));
        }
    }

    /** @param withPath whether it may have a path and a query */
    private Finding address(String key, boolean withPath) {
        String setting = PREFIX + key + ".url";
        URI address;
        try {
            address = URI.create(setting(key + ".url").orElse(""));
        } catch (IllegalArgumentException malformed) {
            return refused(key, "its url, which is malformed", setting + "=https://…");
        }
        if (address.getScheme() == null || address.getHost() == null) {
            return refused(key, "its url, which has no scheme or no host", setting + "=https://…");
        }
        String shown = address.getScheme() + "://" + address.getHost();
        boolean plain =
                setting(key + ".allow-http").orElse("").equals("true") && "http".equalsIgnoreCase(address.getScheme());
        if (!plain && !"https".equalsIgnoreCase(address.getScheme())) {
            return refused(
                    key,
                    shown + ", which is not https://",
                    setting + "=https://…; on a network of your own " + PREFIX + key + ".allow-http=true");
        }
        if (address.getRawUserInfo() != null || address.getRawFragment() != null) {
            return refused(key, shown + " with a user or a fragment", setting + " without them");
        }
        if (!withPath && !("".equals(address.getRawPath()) && address.getRawQuery() == null)) {
            return refused(key, shown + " with a path or a query", setting + "=" + shown + " without them");
        }
        return answer(key, address, shown);
    }

    private static Finding refused(String key, String what, String mend) {
        return Finding.wrong(PART, key + ": moderation-stream refuses " + what, mend);
    }

    private static Finding answer(String key, URI address, String shown) {
        try {
            int status = Knock.at("HEAD", address).statusCode();
            return Finding.well(PART, key + ": " + address.getHost() + " answers (status " + status + " to a HEAD)");
        } catch (IOException | IllegalArgumentException silent) {
            // The message may have the address.
            return Finding.wrong(
                    PART,
                    key + ": no answer from " + shown + ": " + silent.getClass().getSimpleName(),
                    "check " + PREFIX + key + ".url, and that a network policy lets moderation-stream through"
                            + " (moderation-stream/docs/neighbours.md)");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Finding.unasked(PART, key + ": interrupted");
        }
    }

    /** Never prints what a file holds. */
    private static Finding file(String name, NeighbourSecret wanted, String mend) {
        try {
            return wanted.isIn(Files.readString(Path.of(name)).strip())
                    ? Finding.well(PART, name + " holds " + wanted.what())
                    : Finding.wrong(PART, name + " does not hold " + wanted.what(), mend);
        } catch (IOException unreadable) {
            return Finding.wrong(PART, name + " cannot be read here: " + unreadable, mend);
        }
    }

    private Optional<String> setting(String key) {
        return Optional.ofNullable(settings.getProperty(PREFIX + key))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    /** What files of secrets hold. Each is taken here where moderation-stream's class of the same purpose takes it. */
    private enum NeighbourSecret {
        /** {@code whsec_} and 24 to 64 bytes in Base64, as Standard Webhooks writes it. */
        WEBHOOK("a secret of webhooks", NeighbourSecret::signs),
        /** One line of a header. */
        API_KEY("an API key", Pattern.compile("[!-~]{1,512}").asMatchPredicate()),
        /** In PEM, as Coop shows it. */
        PUBLIC_KEY("an RSA public key in PEM", NeighbourSecret::verifies);

        private static final String PREFIX = "whsec_";
        private static final int LEAST_BYTES = 24;
        private static final int MOST_BYTES = 64;

        private final String what;
        private final Predicate<String> holds;

        NeighbourSecret(String what, Predicate<String> holds) {
            this.what = what;
            this.holds = holds;
        }

        /** What it is, in words. */
        String what() {
            return what;
        }

        /** Whether the text of a file, without whitespace around it, is one. */
        boolean isIn(String text) {
            return holds.test(text);
        }

        private static boolean signs(String text) {
            try {
                int bytes = text.startsWith(PREFIX)
                        ? Base64.getDecoder().decode(text.substring(PREFIX.length())).length
                        : 0;
                return bytes >= LEAST_BYTES && bytes <= MOST_BYTES;
            } catch (IllegalArgumentException noBase64) {
                return false;
            }
        }

        private static boolean verifies(String pem) {
            try {
                String base64 =
                        pem.replaceAll("-----(BEGIN|END) PUBLIC KEY-----", "").replaceAll("\\s", "");
                KeyFactory.getInstance("RSA")
                        .generatePublic(
                                new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
                return true;
            } catch (GeneralSecurityException | IllegalArgumentException noKey) {
                return false;
            }
        }
    }
}
