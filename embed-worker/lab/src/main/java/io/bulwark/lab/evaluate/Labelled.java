package io.bulwark.robustness.evaluate;

import io.bulwark.robustness.evaluate.data.PictureSource;

/**
 * A picture of a known class.
 *
 * @param picture where it comes from
 * @param label its class
 */
public record Labelled(PictureSource picture, String label) {}
