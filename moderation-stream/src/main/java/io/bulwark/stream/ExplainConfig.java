package io.bulwark.stream;

import io.bulwark.stream.SettingsCheck.Allowed;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Where explanations of decisions come from. */
public interface ExplainConfig {
    /**
     * Address of {@code bulwark explain-server}, such as {@code http://bulwark-explain:8083}, which is given the
     * pictures of {@code bulwark.preview.url}. Without it no decision is explained.
     */
    Optional<String> url();

    /** How long to wait for an explanation. */
    @WithDefault("75s")
    @Allowed("PT1S to PT2M")
    Duration timeout();
}
