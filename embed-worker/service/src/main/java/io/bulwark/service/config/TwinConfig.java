package io.bulwark.service.config;

import io.smallrye.config.WithDefault;
import java.util.Optional;
import java.util.OptionalDouble;

/** The second encoder, by which attacks are noticed and SAFE is held back. */
public interface TwinConfig {

    /**
     * The model package of the twin, for a robust encoder its clean parent; without it no twin runs. Its bank is
     * written beside the encoder's by {@code bulwark bank build --twin}.
     */
    Optional<String> model();

    /** Arithmetic of the twin; unset, {@code bulwark.encoder.precision} holds. */
    Optional<String> precision();

    /**
     * Score of disagreement above which an audit is published, in [0, 1]; needed where a twin runs. {@code bulwark
     * bank calibrate --twin} finds it for a budget of false positives.
     */
    OptionalDouble threshold();

    /**
     * Share of the images that the twin is asked about, above 0 up to 1; drawn from the files by the deployment's
     * key. Below 1 also those near a threshold or flagged content, or with a trace of a hidden picture.
     */
    @WithDefault("1")
    double sample();

    /**
     * Whether an image is SAFE only where the twin says SAFE too; else a person decides (REVIEW, {@code UNCERTAIN}).
     * The twin then sees every image, and an upload waits for it. {@code bulwark bank calibrate --twin MODEL
     * --holds-back} finds thresholds for both together.
     */
    @WithDefault("false")
    boolean holdsBack();

    /**
     * Images of one uploader that the twin holds back for a person, in each hour and on one worker; further ones are
     * refused ({@code UPLOADER_LIMITED}).
     */
    @WithDefault("60")
    int heldPerHour();

    /** The twin's {@code bulwark.policy.temperature}, which holds where this is not set. */
    OptionalDouble temperature();

    /** The twin's {@code bulwark.policy.floor}, which holds where this is not set. */
    OptionalDouble floor();

    /** The twin's {@code bulwark.policy.flag}, which holds where this is not set; tenants keep their own unless it holds back. */
    OptionalDouble flag();

    /** The twin's {@code bulwark.policy.safe}, which holds where this is not set; tenants keep their own unless it holds back. */
    OptionalDouble safe();
}
