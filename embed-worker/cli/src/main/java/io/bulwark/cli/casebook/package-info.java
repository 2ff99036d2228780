/**
 * {@code bulwark casebook}: jobs over what was decided that no page waits for. {@code match} looks for recent images
 * near references, over how workers saw them ({@code moderation.embeddings}); {@code backtest} decides them again by
 * another bank, policy or model, and weighs what was drawn for review; {@code rebuild} rebuilds
 * moderation-stream's lists from Kafka.
 *
 * <pre>{@code
 * bulwark casebook match --bank default --least 0.95 --review explicit/new.jpg
 * }</pre>
 */
package io.bulwark.cli.casebook;
