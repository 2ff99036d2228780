/**
 * The commands that train encoders and heads: pictures from folders or idx files, a recipe from options, checkpoints to go on from, a model
 * package at the end. What is computed lies in {@code io.bulwark.perception.train}.
 *
 * <pre>{@code
 * bulwark train fare --data pictures/ --work work/ --out models/mine
 * }</pre>
 */
package io.bulwark.lab.train;
