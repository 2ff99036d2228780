/**
 * Where a decision about a file comes from, for people to look at: {@code bulwark explain}. What may enter: that command,
 * and the moderation of a bank that it shares with the evaluation of explanations and with the server for reviewers
 * ({@link io.bulwark.lab.explain.serve}).
 *
 * <pre>{@code
 * try (ExplainedModeration moderation = ExplainedModeration.of(model, options, bank, flagged, views)) {
 *     Deciding deciding = moderation.decide(file).orElseThrow();
 *     ImportanceMap map = moderation.explainer().occlusion(deciding.view());
 * }
 * }</pre>
 */
package io.bulwark.lab.explain;
