package io.bulwark.stream;

import io.bulwark.stream.SettingsCheck.Allowed;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Where pictures of uploads come from. */
public interface PreviewConfig {
    /**
     * Address of the preview, such as {@code http://bulwark-preview:8081}: the worker's image with
     * {@code bulwark.preview.enabled}. Without it no picture is shown or kept.
     */
    Optional<String> url();

    /**
     * At least 32 characters, the same as the preview's, with which questions to it are signed; rather use the file.
     */
    Optional<String> secret();

    /** A file that holds the secret, such as a mounted one. */
    Optional<Path> secretFile();

    /** How long to wait for a picture. */
    @WithDefault("20s")
    @Allowed("PT1S to PT2M")
    Duration timeout();

    /** Where explanations of decisions come from. */
    interface ExplainConfig {
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
}
