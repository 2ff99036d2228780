package io.bulwark.stream;

import io.bulwark.schemas.preview.PreviewTokens;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the settings of pictures must be. */
final class PictureSettings {

    private static final Pattern ADDRESS =
            Pattern.compile("https?://([a-zA-Z0-9.-]{1,253}|\\[[0-9a-fA-F:.]+])(:[0-9]{1,5})?");
    private static final Pattern LINK = Pattern.compile("https?://[a-zA-Z0-9.:\\[\\]-]{1,253}(/[^\\s\"'<>\\\\]*)?");
    private static final Duration LEAST_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration LONGEST_APPEAL = Duration.ofDays(3650);

    private PictureSettings() {}

    /** What is wrong, a sentence each. */
    static List<String> faults(StreamConfig config) {
        PreviewConfig preview = config.preview();
        ExplainConfig explain = config.explain();
        List<String> faults = new ArrayList<>();
        address("bulwark.preview.url", preview.url(), faults);
        address("bulwark.explain.url", explain.url(), faults);
        if (explain.url().isPresent() && preview.url().isEmpty()) {
            faults.add(StreamSettings.fault(
                    "bulwark.preview.url",
                    "nothing",
                    "an address where bulwark.explain.url is set: it gives the pictures"));
        }
        duration("bulwark.explain.timeout", explain.timeout(), LEAST_TIMEOUT, LONGEST_TIMEOUT, faults);
        config.console()
                .conceptsUrl()
                .filter(url -> !LINK.matcher(url).matches())
                .ifPresent(url -> faults.add(
                        StreamSettings.fault("bulwark.console.concepts-url", "'" + url + "'", "http:// or https://")));
        duration("bulwark.preview.timeout", preview.timeout(), LEAST_TIMEOUT, LONGEST_TIMEOUT, faults);
        duration(
                "bulwark.review.evidence.appeal",
                config.review().evidence().appeal(),
                Duration.ZERO,
                LONGEST_APPEAL,
                faults);
        try {
            boolean secret = PreviewTokens.of(preview.secret(), preview.secretFile(), Clock.systemUTC())
                    .isPresent();
            if (preview.url().isPresent() && !secret) {
                faults.add(StreamSettings.fault(
                        "bulwark.preview.secret-file", "nothing", "a file where bulwark.preview.url is set"));
            }
        } catch (IllegalArgumentException wrong) {
            faults.add(wrong.getMessage());
        }
        return faults;
    }

    private static void address(String key, Optional<String> found, List<String> faults) {
        found.filter(url -> !ADDRESS.matcher(url).matches())
                .ifPresent(url -> faults.add(StreamSettings.fault(
                        key, "'" + url + "'", "http:// or https:// with host and port, without a path")));
    }

    private static void duration(String key, Duration found, Duration least, Duration most, List<String> faults) {
        if (found.compareTo(least) < 0 || found.compareTo(most) > 0) {
            faults.add(StreamSettings.fault(key, found, "a duration from " + least + " to " + most));
        }
    }
}
