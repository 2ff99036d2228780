/**
 * Whether explanations are worth anything: {@code bulwark evaluate explanations}. What may enter: that command and its
 * report.
 *
 * <p>A map is set against three others of the same view: a random order, the map of the clean encoder, and the map of the
 * same encoder with shuffled weights.
 *
 * <pre>{@code
 * Scored scored = new Scored();
 * scored.add(file, Map.of("random order", curve.area()));
 * }</pre>
 */
package io.bulwark.lab.evaluate.explanation;
