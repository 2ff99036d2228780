package io.bulwark.lab.explain;

import io.bulwark.perception.verdict.Judgement;

/**
 * A decision, and the view that it was made on.
 *
 * @param judgement of the file
 * @param name of the view
 * @param view {@code [3, H, W]} in [0, 1], as the encoder got it
 */
public record Deciding(Judgement judgement, String name, float[] view) {}
