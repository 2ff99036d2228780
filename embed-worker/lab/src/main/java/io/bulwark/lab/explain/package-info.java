/**
 * Where in a picture a decision comes from: maps of importance over cells of a view, by gradient and by occlusion, and
 * the tests that such maps have to pass. What may enter: ways to make a map, and ways to find out that it is worth
 * nothing.
 *
 * <p>What is explained is the <i>margin</i>: how much nearer a view lies to the flagged references than to the others,
 * the smooth form of the vote ({@link io.bulwark.lab.attack.loss.KnnLoss}). A map shows what the encoder reacts to. It
 * does not show why a person would flag the picture.
 *
 * <p>Maps please the eye whether they are right or not (Adebayo et al., "Sanity Checks for Saliency Maps", NeurIPS
 * 2018). So each is tested: {@link io.bulwark.lab.explain.Explainer.ShuffledWeights} must change it, and deleting what
 * it calls important must lower the score faster than deleting at random (Petsiuk et al., "RISE", BMVC 2018).
 *
 * <pre>{@code
 * Explainer explainer = new Explainer(encoder, groups, 11, 0.07);
 * ImportanceMap map = explainer.smoothedGradient(view, 16, 0.1, 1);
 * double area = explainer.deletion(view, map.descending()).area();
 * }</pre>
 *
 * <p>{@code bulwark explain} is the command; {@link io.bulwark.lab.explain.ExplainedModeration}, the moderation of a
 * bank, is shared with the evaluation of explanations and with the server for reviewers
 * ({@link io.bulwark.lab.explain.serve}).
 */
package io.bulwark.lab.explain;
