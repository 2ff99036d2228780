package io.bulwark.stream.topology;

import java.time.Duration;

/**
 * What shapes the state.
 *
 * @param verdictRetention how long after its decision a verdict is kept
 * @param auditRetention how long after its detection an audit is kept
 * @param window length of a window of the uploader statistics
 * @param grace how long after its end a window still changes
 * @param windowRetention how long windows are kept, at least window and grace together
 */
public record TopologySettings(
        Duration verdictRetention,
        Duration auditRetention,
        Duration window,
        Duration grace,
        Duration windowRetention) {}
