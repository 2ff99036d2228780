package io.bulwark.stream;

import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.stream.notification.NotificationSender;
import io.bulwark.stream.outbound.Coop;
import io.bulwark.stream.outbound.Coop.CoopSignature;
import io.bulwark.stream.outbound.Webhook.WebhookSecret;
import io.bulwark.stream.review.evidence.EvidenceKeys;
import java.net.URI;
import java.nio.file.Files;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Checks the settings of receivers, of decisions and of messages to people. */
record OutboundCheck(SettingsCheck faults) {

    private static final String PREFIX = "bulwark.outbound.";
    private static final String NOTIFICATIONS = "bulwark.notifications.";
    private static final Pattern EVENT =
            Pattern.compile("DUTY_URGENT|DUTY_LATE|QUEUE_LATE|CAMPAIGN|PROMISE_BROKEN|DRIFT|APPROVALS_WAIT");
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,40}");
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
    private static final Pattern IMAGE_URL = Pattern.compile("https?://\\S+\\{imageId}\\S*");
    private static final Pattern ACTION = Pattern.compile("SAFE|NSFW/[^,/\\s]{1,200}(,[^,/\\s]{1,200}){0,49}");
    private static final Pattern DECISION = Pattern.compile("SAFE|NSFW|REVIEW|REFUSED");
    private static final Pattern AUTOMATIC = Pattern.compile("off|sha256|cryptographic");
    private static final Pattern START = Pattern.compile("latest|earliest");

    void check(OutboundConfig outbound, String topicPrefix) {
        outbound.webhooks().forEach(this::webhook);
        osprey(outbound.osprey(), topicPrefix);
        coop(outbound.coop());
    }

    /** The receivers of messages to people. */
    void check(NotificationConfig notifications) {
        notifications.webhooks().forEach((name, chat) -> {
            String key = NOTIFICATIONS + "webhooks." + name;
            boolean named = NAME.matcher(name).matches();
            faults.require(named, key, "a name", "small letters, digits and hyphens, 40 at most");
            faults.file(key + ".url-file", chat.urlFile(), NotificationSender::address);
            faults.ranges(key, NotificationConfig.Chat.class, chat);
            if (Files.isReadable(chat.urlFile())) {
                chatAddress(key + ".url-file", chat);
            }
        });
        boolean none =
                notifications.webhooks().isEmpty() && notifications.email().to().isEmpty();
        faults.match(
                NOTIFICATIONS + "events",
                notifications.events().orElse(Set.of()).stream(),
                EVENT,
                "DUTY_URGENT, DUTY_LATE, QUEUE_LATE, CAMPAIGN, PROMISE_BROKEN, DRIFT, APPROVALS_WAIT");
        notifications.consoleUrl().ifPresent(url -> address(NOTIFICATIONS + "console-url", url, true));
        faults.require(
                none || notifications.consoleUrl().isPresent(),
                NOTIFICATIONS + "console-url",
                "nothing",
                "the console's address where there is a receiver of notifications");
    }

    /** The receiver of reports, and the keys of the files that they have. */
    /** @param database whether there is one, which alone can have cases */
    void check(ChildSafetyConfig safety, Set<String> restricted, boolean database) {
        faults.require(
                restricted.isEmpty() || database,
                "bulwark.restricted.labels",
                restricted,
                "labels where bulwark.database.url is set: without a database restricted images have no cases");
        String key = "bulwark.child-safety.";
        ChildSafetyConfig.Report report = safety.report();
        safety.vault().keyFile().ifPresent(file -> {
            try {
                EvidenceKeys.read(file, key + "vault.key-file");
            } catch (IllegalArgumentException wrong) {
                faults.add(wrong.getMessage());
            }
        });
        faults.match(
                key + "report.automatic", Stream.of(report.automatic()), AUTOMATIC, "off, sha256 or cryptographic");
        Set<String> labels = report.labels().orElse(Set.of());
        faults.require(
                restricted.containsAll(labels),
                key + "report.labels",
                labels,
                "labels of bulwark.restricted.labels, which is " + restricted);
        report.url().ifPresent(url -> {
            address(key + "report.url", url, report.allowHttp());
            report.passwordFile()
                    .ifPresent(file -> faults.file(
                            key + "report.password-file",
                            file,
                            path -> StreamSettings.secret(path, text -> text, "password")));
            Map.of(
                            "username", report.username().isPresent(),
                            "password-file", report.passwordFile().isPresent(),
                            "labels", !labels.isEmpty(),
                            "first-name", report.firstName().isPresent(),
                            "last-name", report.lastName().isPresent(),
                            "email", report.email().isPresent(),
                            "company", report.company().isPresent())
                    .forEach((name, set) ->
                            faults.require(set, key + "report." + name, "nothing", "a value where report.url is set"));
            faults.require(
                    safety.vault().keyFile().isPresent(),
                    key + "vault.key-file",
                    "nothing",
                    "a file of keys where report.url is set: a report has the file");
        });
    }

    private void chatAddress(String key, NotificationConfig.Chat chat) {
        try {
            address(key, NotificationSender.address(chat.urlFile()), chat.allowHttp());
        } catch (IllegalArgumentException named) {
            // its fault is in the list
        }
    }

    private void webhook(String name, OutboundConfig.Webhook webhook) {
        String key = PREFIX + "webhooks." + name;
        boolean named = NAME.matcher(name).matches();
        faults.require(named, key, "a name", "small letters, digits and hyphens, 40 at most");
        address(key + ".url", webhook.url(), webhook.allowHttp());
        int secrets = webhook.secretFiles().size();
        faults.require(secrets == 1 || secrets == 2, key + ".secret-files", secrets + " files", "one, or two");
        webhook.secretFiles().forEach(file -> faults.file(key + ".secret-files", file, WebhookSecret::read));
        events(key, webhook.decisions().orElse(Set.of()), webhook.from());
        faults.ranges(key, OutboundConfig.Webhook.class, webhook);
    }

    private void osprey(OutboundConfig.Osprey osprey, String prefix) {
        osprey.topic()
                .ifPresent(topic -> faults.require(
                        TOPIC.matcher(topic).matches() && !isOwn(topic, prefix),
                        PREFIX + "osprey.topic",
                        "'" + topic + "'",
                        "the name of a topic that is not Bulwark's own"));
        events(PREFIX + "osprey", osprey.decisions().orElse(Set.of()), osprey.from());
    }

    /** An illegal prefix is reported as another fault. */
    private static boolean isOwn(String topic, String prefix) {
        return TopicNames.isLegal(prefix)
                && new TopicNames(prefix).catalogueOf(topic).isPresent();
    }

    private void coop(OutboundConfig.Coop coop) {
        String key = PREFIX + "coop";
        coop.url().ifPresent(url -> {
            address(key + ".url", url, coop.allowHttp());
            boolean bare = "".equals(url.getRawPath()) && url.getRawQuery() == null;
            faults.require(bare, key + ".url", url, "an address without path");
            boolean known = coop.apiKeyFile().isPresent();
            faults.require(known, key + ".api-key-file", "nothing", "a file where coop.url is set");
        });
        coop.apiKeyFile().ifPresent(file -> faults.file(key + ".api-key-file", file, Coop.ApiKey::read));
        faults.require(
                coop.itemType().isPresent()
                        || (coop.url().isEmpty() && coop.publicKeyFile().isEmpty()),
                key + ".item-type",
                "nothing",
                "Coop's id of the type of images");
        faults.match(
                key + ".image-url",
                coop.imageUrl().stream(),
                IMAGE_URL,
                "http:// or https:// with {imageId}, and {tenant} where there are several");
        events(key, coop.decisions(), coop.from());
        coop.publicKeyFile().ifPresent(file -> faults.file(key + ".public-key-file", file, CoopSignature::read));
        coop.actions()
                .forEach((id, decided) -> faults.match(
                        key + ".actions." + id,
                        Stream.of(decided),
                        ACTION,
                        "SAFE, or NSFW/ and labels with commas between"));
    }

    private void events(String key, Set<String> decisions, String from) {
        faults.match(key + ".decisions", decisions.stream(), DECISION, "SAFE, NSFW, REVIEW, REFUSED");
        faults.match(key + ".from", Stream.of(from), START, "latest or earliest");
    }

    /** The operator chooses the address; it may not hold what would be logged, or what no receiver needs. */
    private void address(String key, URI url, boolean allowHttp) {
        boolean scheme =
                "https".equalsIgnoreCase(url.getScheme()) || (allowHttp && "http".equalsIgnoreCase(url.getScheme()));
        boolean plain = url.getHost() != null && url.getRawUserInfo() == null && url.getRawFragment() == null;
        faults.require(
                scheme && plain,
                key,
                url.getScheme() + "://" + url.getHost(),
                "https:// with a host, without user or fragment; http:// only with allow-http=true");
    }
}
