/**
 * The worker pod: image events in, verdicts out, exactly once.
 *
 * <pre>
 *   config      settings, checked whole at start
 *   lifecycle   states, deadlines, the watch over threads
 *   fetch       an image's bytes, from a hostile world
 *   pipeline    from record to outcome: prepare, embed, judge
 *   follow      bank, policies and flagged index: compacted topics, read whole and then live
 *   loop        Kafka transactions
 *   preview     the second mode: one upload, as a person may look at it
 *   score       the third mode: decisions over HTTP
 *   telemetry   log and meters
 * </pre>
 *
 * <p>{@link io.bulwark.service.Worker} puts them together and knows nothing of Quarkus, so a test can run one or two in
 * its own JVM; {@link io.bulwark.service.WorkerPod} gives it the life of the process. With
 * {@code bulwark.preview.enabled} the process is a {@link io.bulwark.service.PreviewServer} and no worker.
 */
package io.bulwark.service;
