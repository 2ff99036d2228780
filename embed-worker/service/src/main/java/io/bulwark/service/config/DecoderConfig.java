package io.bulwark.service.config;

import io.smallrye.config.WithDefault;

/** The processes that decode files. */
public interface DecoderConfig {

    /**
     * What confines a decoder process before it reads a file: {@code require} (Landlock and seccomp, else the worker does not
     * start), {@code prefer} (what the kernel offers; log and metric say what that is) or {@code none}.
     */
    @WithDefault("prefer")
    String isolation();

    /**
     * Files that a decoder process reads by native code (JPEG, WebP; a HEIC or AVIF counts as 50), on average, before a fresh
     * one takes its place. One that was taken over can lie about all that it reads later; {@code isolation.md} has the cost.
     */
    @WithDefault("20000")
    int nativeUploads();
}
