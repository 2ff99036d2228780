package io.bulwark.stream;

import io.bulwark.stream.SettingsCheck.Allowed;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Messages to people when something waits for them. No receivers by default. */
public interface NotificationConfig {
    /**
     * The console's address that messages link to, such as {@code https://bulwark.example.org}. Needed where there is a
     * receiver.
     */
    Optional<URI> consoleUrl();

    /**
     * Which are sent: of {@code DUTY_URGENT,DUTY_LATE,QUEUE_LATE,CAMPAIGN,PROMISE_BROKEN,DRIFT,APPROVALS_WAIT}; without
     * it all.
     */
    Optional<Set<String>> events();

    /** How long the oldest approval waits before a message says so, once a day. */
    @WithDefault("4h")
    @Allowed("PT1M to PT744H")
    Duration approvalsAfter();

    Email email();

    Map<String, Chat> webhooks();

    /** Mail. */
    interface Email {
        /** Who gets mail, with commas between. The server is that of {@code quarkus.mailer.*}. */
        Optional<List<String>> to();
    }

    /** One incoming webhook of a chat, under a name of small letters, digits and hyphens. */
    interface Chat {
        /** A file that holds the address, which is a secret: {@code https://}, takes {@code {"text":"…"}}. */
        Path urlFile();

        /** Whether the address may be {@code http://}, for a receiver on a network of your own. */
        @WithDefault("false")
        boolean allowHttp();

        /** How long one attempt may take. */
        @WithDefault("10s")
        @Allowed("PT0.1S to PT1M")
        Duration timeout();
    }
}
