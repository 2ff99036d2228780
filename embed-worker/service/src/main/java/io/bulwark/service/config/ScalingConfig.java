package io.bulwark.service.config;

import io.smallrye.config.WithDefault;

/** Pictures that are hidden in others for somebody else's scaling. */
public interface ScalingConfig {

    /** Whether uploads that are scaled down to a half or less are searched for pictures that hide in them. */
    @WithDefault("true")
    boolean enabled();

    /**
     * Score above which an audit is published, in [0, 1]. {@code bulwark audit scaling} finds it for a budget of false positives
     * on pictures of one's own; the default was found on clip art.
     */
    @WithDefault("0.16")
    double threshold();
}
