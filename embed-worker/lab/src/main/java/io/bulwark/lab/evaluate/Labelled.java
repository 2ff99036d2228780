package io.bulwark.lab.evaluate;

import io.bulwark.lab.data.PictureSource;

/**
 * A picture of a known class.
 *
 * @param picture where it comes from
 * @param label its class
 */
public record Labelled(PictureSource picture, String label) {}
