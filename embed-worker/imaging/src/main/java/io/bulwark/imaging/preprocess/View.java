package io.bulwark.imaging.preprocess;

/**
 * One look at a picture, ready for the encoder.
 *
 * @param name {@code whole}, {@code centre}, {@code tile-1} ..., with {@code /white} or {@code /black} where transparency
 *     was composited, then {@code /turn-90} or {@code /mirror} where these are asked for, {@code frame-N/} before it for
 *     animations; {@code exact} in exact mode
 * @param pixels {@code [height, width, 3]} unsigned bytes, RGB
 */
public record View(String name, byte[] pixels) {}
