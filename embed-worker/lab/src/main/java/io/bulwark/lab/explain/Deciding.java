package io.bulwark.lab.explain;

import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.verdict.Judgement;
import java.util.List;

/**
 * A decision, and the view that it was made on.
 *
 * @param judgement of the file
 * @param name of the view
 * @param view {@code [3, H, W]} in [0, 1], as the encoder got it
 * @param nearest references to it, nearest first
 */
public record Deciding(Judgement judgement, String name, float[] view, List<Neighbour> nearest) {}
