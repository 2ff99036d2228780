/**
 * How well inversions carry over to an encoder that they did not use: {@code bulwark evaluate inversion}. What may enter:
 * that command and its report.
 *
 * <p>A gallery proves nothing: any encoder can be driven to its target by noise that only it can see. So each picture is
 * judged by the other encoder and by any further ones, and the score is where its cosine stands among those of random pairs.
 *
 * <pre>{@code
 * InversionScores scores = new InversionScores("pictures", "robust", "clean");
 * scores.add("photo-1a2b", own, transfer.judge(picture, target, "tree"));
 * }</pre>
 */
package io.bulwark.lab.evaluate.inversion;
