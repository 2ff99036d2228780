package io.bulwark.stream;

import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.stream.outbound.CoopApiKey;
import io.bulwark.stream.outbound.CoopSignature;
import io.bulwark.stream.outbound.WebhookSecret;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What the settings of neighbours must be. */
final class OutboundSettings {

    private static final String PREFIX = "bulwark.outbound.";
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,40}");
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
    private static final Pattern IMAGE_URL = Pattern.compile("https?://\\S+\\{imageId}\\S*");
    private static final Pattern ACTION = Pattern.compile("SAFE|NSFW/[^,/\\s]{1,200}(,[^,/\\s]{1,200}){0,49}");
    private static final List<String> DECISIONS = List.of("SAFE", "NSFW", "REVIEW", "REFUSED");
    private static final Set<String> STARTS = Set.of("latest", "earliest");
    private static final Duration LEAST_TIMEOUT = Duration.ofMillis(100);
    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(1);

    private final List<String> faults = new ArrayList<>();

    private OutboundSettings() {}

    /** What is wrong, a sentence each. */
    static List<String> faults(StreamConfig config) {
        OutboundConfig outbound = config.outbound();
        var check = new OutboundSettings();
        outbound.webhooks().forEach(check::webhook);
        check.osprey(outbound.osprey(), config.topics().prefix().orElse(""));
        check.coop(outbound.coop());
        return check.faults;
    }

    private void webhook(String name, OutboundConfig.Webhook webhook) {
        String key = "webhooks." + name;
        require(NAME.matcher(name).matches(), key, "a name", "small letters, digits and hyphens, 40 at most");
        address(key + ".url", webhook.url(), webhook.allowHttp());
        int secrets = webhook.secretFiles().size();
        require(secrets == 1 || secrets == 2, key + ".secret-files", secrets + " files", "one, or two");
        webhook.secretFiles().forEach(file -> {
            try {
                WebhookSecret.read(file);
            } catch (IllegalArgumentException wrong) {
                faults.add(PREFIX + key + ".secret-files: " + wrong.getMessage() + ".");
            }
        });
        what(key, webhook.decisions().orElse(Set.of()), webhook.from());
        way(key, webhook.timeout(), webhook.atOnce(), webhook.attempts());
    }

    private void osprey(OutboundConfig.Osprey osprey, String prefix) {
        osprey.topic()
                .ifPresent(topic -> require(
                        TOPIC.matcher(topic).matches() && !isOwn(topic, prefix),
                        "osprey.topic",
                        "'" + topic + "'",
                        "the name of a topic that is not Bulwark's own"));
        what("osprey", osprey.decisions().orElse(Set.of()), osprey.from());
    }

    /** An illegal prefix is reported as another fault. */
    private static boolean isOwn(String topic, String prefix) {
        return TopicNames.isLegal(prefix)
                && new TopicNames(prefix).catalogueOf(topic).isPresent();
    }

    private void coop(OutboundConfig.Coop coop) {
        coop.url().ifPresent(url -> {
            address("coop.url", url, coop.allowHttp());
            require(
                    "".equals(url.getRawPath()) && url.getRawQuery() == null,
                    "coop.url",
                    url,
                    "an address without path");
            require(coop.apiKeyFile().isPresent(), "coop.api-key-file", "nothing", "a file where coop.url is set");
        });
        coop.apiKeyFile().ifPresent(file -> {
            try {
                CoopApiKey.read(file);
            } catch (IllegalArgumentException wrong) {
                faults.add(PREFIX + "coop.api-key-file: " + wrong.getMessage() + ".");
            }
        });
        require(
                coop.itemType().isPresent()
                        || (coop.url().isEmpty() && coop.publicKeyFile().isEmpty()),
                "coop.item-type",
                "nothing",
                "Coop's id of the type of images");
        coop.imageUrl()
                .ifPresent(template -> require(
                        IMAGE_URL.matcher(template).matches(),
                        "coop.image-url",
                        "'" + template + "'",
                        "http:// or https:// with {imageId}, and {tenant} where there are several"));
        what("coop", coop.decisions(), coop.from());
        way("coop", coop.timeout(), coop.atOnce(), coop.attempts());
        coop.publicKeyFile().ifPresent(file -> {
            try {
                CoopSignature.read(file);
            } catch (IllegalArgumentException wrong) {
                faults.add(PREFIX + "coop.public-key-file: " + wrong.getMessage() + ".");
            }
        });
        coop.actions()
                .forEach((id, decided) -> require(
                        ACTION.matcher(decided).matches(),
                        "coop.actions." + id,
                        "'" + decided + "'",
                        "SAFE, or NSFW/ and labels with commas between"));
    }

    private void what(String key, Set<String> decisions, String from) {
        decisions.forEach(decision -> require(
                DECISIONS.contains(decision), key + ".decisions", "'" + decision + "'", String.join(", ", DECISIONS)));
        require(STARTS.contains(from), key + ".from", "'" + from + "'", "latest or earliest");
    }

    private void way(String key, Duration timeout, int atOnce, int attempts) {
        require(
                timeout.compareTo(LEAST_TIMEOUT) >= 0 && timeout.compareTo(LONGEST_TIMEOUT) <= 0,
                key + ".timeout",
                timeout,
                "a duration from " + LEAST_TIMEOUT + " to " + LONGEST_TIMEOUT);
        require(atOnce >= 1 && atOnce <= 256, key + ".at-once", atOnce, "1 to 256");
        require(attempts >= 1 && attempts <= 1000, key + ".attempts", attempts, "1 to 1000");
    }

    /** The address is the operator's; what it may not hold is what would be logged, or what no neighbour needs. */
    private void address(String key, URI url, boolean allowHttp) {
        boolean scheme =
                "https".equalsIgnoreCase(url.getScheme()) || (allowHttp && "http".equalsIgnoreCase(url.getScheme()));
        boolean plain = url.getHost() != null && url.getRawUserInfo() == null && url.getRawFragment() == null;
        require(
                scheme && plain,
                key,
                url.getScheme() + "://" + url.getHost(),
                "https:// with a host, without user or fragment; http:// only with allow-http=true");
    }

    private void require(boolean holds, String name, Object found, String allowed) {
        if (!holds) {
            faults.add(StreamSettings.fault(PREFIX + name, found, allowed));
        }
    }
}
