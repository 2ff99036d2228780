package io.bulwark.service.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Decoding files. */
public interface DecodeConfig {

    /** Pixels of one picture, checked before it is decoded. */
    @WithDefault("50000000")
    long maxPixels();

    /**
     * Work of drawing all frames of an animation once, in pixels of a GIF: a pixel of an APNG counts two to five times,
     * one of a WebP five times, and one that is cleared or put back once more.
     */
    @WithDefault("250000000")
    long maxAnimationPixels();

    /** Frames of an animation; a file of more is refused. */
    @WithDefault("10000")
    int maxAnimationFrames();

    /**
     * Memory that the pixels of one file may fill in the process that decodes it; without it the worker's heap, shared
     * among these processes. Each has a heap of that size and room for the file beside.
     */
    Optional<MemorySize> memoryBytes();

    /**
     * Whether large JPEGs are decoded at a half, a quarter or an eighth of their size: faster, and another fingerprint,
     * for embeddings move a little. {@code bulwark model preprocessing-effect} shows how much.
     */
    @WithDefault("false")
    boolean fast();

    /**
     * What decodes HEIC and AVIF: {@code auto} (libheif's {@code heif-dec} or {@code heif-convert} where it is on the
     * PATH), {@code none}, or a program's name or path. Without one these files are refused. Where it is lost later, or
     * the temporary folder is full, they wait. Workers of a group should agree.
     */
    @WithDefault("auto")
    String heifCommand();

    /**
     * Frames of an animation that are looked at: the first, the ones shown longest, the ones that differ most, and
     * drawn ones.
     */
    @WithDefault("8")
    int maxFrames();

    /**
     * A file whose bytes, 16 at least, are the key by which frames and details are drawn, the same for all workers.
     * Without it the key is public, and an attacker can work out which frames are not looked at.
     */
    Optional<Path> samplingKeyFile();

    /**
     * CPU time to decode and preprocess one file, 20 s at most; a process that takes longer is killed, and one that
     * gets none at twice as long.
     */
    @WithDefault("10s")
    Duration deadline();
}
