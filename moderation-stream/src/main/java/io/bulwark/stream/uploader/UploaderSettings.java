package io.bulwark.stream.uploader;

import java.time.Duration;

/**
 * What shapes the statistics of uploaders.
 *
 * @param retention how long after its end a window is kept
 */
public record UploaderSettings(Duration retention, StrikeWeights weights, Strikes strikes) {}
