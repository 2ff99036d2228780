/**
 * The commands that tune encoders: pictures from folders, a recipe from options, checkpoints to go on from, a model
 * package at the end. What is computed lies in {@code io.bulwark.perception.train}.
 *
 * <pre>{@code
 * bulwark train fare --data pictures/ --work work/ --out models/mine
 * }</pre>
 */
package io.bulwark.lab.train;
