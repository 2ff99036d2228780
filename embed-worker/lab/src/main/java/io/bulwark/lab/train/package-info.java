/**
 * The commands that train encoders, adapters and heads: pictures from folders, or triplets that people answered, a
 * recipe from options, a model package or a head at the end. What is computed lies in {@code
 * io.bulwark.robustness.train}. What may enter: commands below {@code bulwark train} and their options.
 *
 * <pre>{@code
 * bulwark train fare --data pictures/ --work work/ --out models/mine
 * }</pre>
 */
package io.bulwark.lab.train;
